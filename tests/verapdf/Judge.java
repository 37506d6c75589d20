import java.io.File;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.TestAssertion.Status;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Holds PDF files against veraPDF's rules: Judge PROFILE[,PROFILE...] FILE..., where PROFILE is PDFUA-1, PDFA-3A, ...
 *
 * Prints lines of fields parted by tabs. For each file and profile, however it went, one of
 *   judged  PROFILE  FILE  number of rules  number of checks  "compliant" or "broken"
 *   failed  PROFILE  FILE  what went wrong
 * and before a "judged", for each rule that the file breaks
 *   breaks  PROFILE  FILE  CLAUSE-TEST  how often  what veraPDF says of the first time, and where that was
 *
 * veraPDF would read its own profiles by JAXB, which this jar comes without; so they are read here.
 */
public class Judge {
    private static final int SHOWN = 1000;

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : arguments[0].split(",")) {
            ValidationProfile profile = profile(name);
            for (String file : List.of(arguments).subList(1, arguments.length)) {
                try {
                    judge(name, profile, file);
                } catch (Exception | LinkageError | StackOverflowError error) {
                    say("failed", name, file, error.toString());
                }
            }
        }
    }

    private static void judge(String name, ValidationProfile profile, String file) throws Exception {
        var foundry = Foundries.defaultInstance();
        try (var parser = foundry.createParser(new File(file), profile.getPDFAFlavour());
                var validator = foundry.createValidator(profile, SHOWN, false, true, false)) {
            var result = validator.validate(parser);
            var firsts = new LinkedHashMap<String, TestAssertion>();
            var counts = new LinkedHashMap<String, Integer>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() != Status.PASSED) {
                    var rule = assertion.getRuleId();
                    String clause = rule.getClause() + "-" + rule.getTestNumber();
                    firsts.putIfAbsent(clause, assertion);
                    counts.merge(clause, 1, Integer::sum);
                }
            }
            for (Map.Entry<String, TestAssertion> first : firsts.entrySet()) {
                TestAssertion told = first.getValue();
                String text = told.getErrorMessage() == null ? told.getMessage() : told.getErrorMessage();
                say("breaks", name, file, first.getKey(), counts.get(first.getKey()),
                        text + " (" + told.getLocation().getContext() + ")");
            }
            say("judged", name, file, profile.getRules().size(), result.getTotalAssertions(),
                    result.isCompliant() ? "compliant" : "broken");
        }
    }

    private static void say(Object... fields) {
        var line = new ArrayList<String>();
        for (Object field : fields) {
            line.add(String.valueOf(field).replaceAll("\\s+", " "));
        }
        System.out.println(String.join("\t", line));
    }

    // --- Profiles: rules that say what must hold of the objects of a file, and variables that the rules share.

    private static ValidationProfile profile(String name) throws Exception {
        var path = "/org/verapdf/pdfa/validation/" + name + ".xml";
        Element root;
        try (var stream = ValidationProfile.class.getResourceAsStream(path)) {
            root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream).getDocumentElement();
        }
        var rules = new HashSet<Rule>();
        for (Element element : inside(root, "rule")) {
            rules.add(rule(element));
        }
        var variables = new HashSet<Variable>();
        for (Element element : inside(root, "variable")) {
            variables.add(Profiles.variableFromValues(element.getAttribute("name"), element.getAttribute("object"),
                    text(element, "defaultValue"), text(element, "value")));
        }
        return Profiles.profileFromValues(PDFAFlavour.valueOf(root.getAttribute("flavour")),
                Profiles.profileDetailsFromValues(name, name, "", new Date(0)), "", rules, variables);
    }

    private static Rule rule(Element element) {
        Element id = inside(element, "id").get(0);
        var specification = PDFAFlavour.Specification.valueOf(id.getAttribute("specification"));
        int number = Integer.parseInt(id.getAttribute("testNumber"));
        var blanks = new ArrayList<ErrorArgument>();
        for (Element argument : inside(element, "argument")) {
            blanks.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), null, null));
        }
        return Profiles.ruleFromValues(Profiles.ruleIdFromValues(specification, id.getAttribute("clause"), number),
                element.getAttribute("object"),
                element.hasAttribute("deferred") ? Boolean.valueOf(element.getAttribute("deferred")) : null,
                element.getAttribute("tags"), text(element, "description"), text(element, "test"),
                Profiles.errorFromValues(text(element, "message"), blanks), List.of());
    }

    private static List<Element> inside(Element element, String name) {
        var found = new ArrayList<Element>();
        NodeList nodes = element.getElementsByTagName(name);
        for (int index = 0; index < nodes.getLength(); index++) {
            found.add((Element) nodes.item(index));
        }
        return found;
    }

    private static String text(Element element, String name) {
        var found = inside(element, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }
}

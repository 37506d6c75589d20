r"""The signs of mathematics and their commands in LaTeX, by what TeX takes them for.

The commands are those of LaTeX and AMS; `themes/fonts/maketex` gives each its glyph.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

Class = Literal["ord", "op", "bin", "rel", "open", "close", "punct"]

_TABLE: dict[Class, str] = {
    "ord": r"""
        α \alpha β \beta γ \gamma δ \delta ϵ \epsilon ε \varepsilon ζ \zeta η \eta θ \theta ϑ \vartheta ι \iota
        κ \kappa ϰ \varkappa λ \lambda μ \mu ν \nu ξ \xi π \pi ϖ \varpi ρ \rho ϱ \varrho σ \sigma ς \varsigma
        τ \tau υ \upsilon ϕ \phi φ \varphi χ \chi ψ \psi ω \omega
        Γ \Gamma Δ \Delta Θ \Theta Λ \Lambda Ξ \Xi Π \Pi Σ \Sigma Υ \Upsilon Φ \Phi Ψ \Psi Ω \Omega
        ∂ \partial ∇ \nabla ∞ \infty ∅ \emptyset ∀ \forall ∃ \exists ∄ \nexists ¬ \neg ⊤ \top ⊥ \bot ℓ \ell ℏ \hbar
        ℘ \wp ℵ \aleph ℶ \beth ı \imath ȷ \jmath ′ \prime ‵ \backprime ∠ \angle ∡ \measuredangle △ \triangle
        □ \square ■ \blacksquare ◊ \lozenge ♣ \clubsuit ♢ \diamondsuit ♡ \heartsuit
        ♠ \spadesuit ♭ \flat ♮ \natural ♯ \sharp ∁ \complement ð \eth ℧ \mho
        √ \surd ✓ \checkmark ∎ \QED ▽ \bigtriangledown ‖ \| | | / /
        . . … \ldots ⋯ \cdots ⋮ \vdots ⋱ \ddots \ \backslash % \% # \# & \& $ \$ _ \_ @ @
    """,
    "op": r"""
        ∑ \sum ∏ \prod ∐ \coprod ∫ \int ∬ \iint ∭ \iiint ∮ \oint ⋃ \bigcup ⋂ \bigcap ⋁ \bigvee ⋀ \bigwedge
        ⨁ \bigoplus ⨂ \bigotimes ⨀ \bigodot ⨄ \biguplus ⨆ \bigsqcup
    """,
    "bin": r"""
        + + − - ± \pm ∓ \mp × \times ÷ \div · \cdot ⋅ \centerdot ∗ * ∘ \circ ∙ \bullet ⋆ \star ∪ \cup ∩ \cap
        ⊎ \uplus ⊓ \sqcap ⊔ \sqcup ∧ \wedge ∨ \vee ⊕ \oplus ⊖ \ominus ⊗ \otimes ⊘ \oslash ⊙ \odot ⊛ \circledast
        ⊚ \circledcirc ⊝ \circleddash ⧵ \setminus ∖ \smallsetminus ≀ \wr ⨿ \amalg † \dagger ‡ \ddagger
        ⋄ \diamond ◯ \bigcirc
        ⊞ \boxplus ⊟ \boxminus ⊠ \boxtimes ⊡ \boxdot ∔ \dotplus ⊼ \barwedge ⊻ \veebar ⋒ \Cap ⋓ \Cup ⋉ \ltimes
        ⋊ \rtimes ⋋ \leftthreetimes ⋌ \rightthreetimes ⋏ \curlywedge ⋎ \curlyvee ⊺ \intercal ⋇ \divideontimes
        ▷ \triangleright ◁ \triangleleft ⊲ \lhd ⊳ \rhd ⊴ \unlhd ⊵ \unrhd
    """,
    "rel": r"""
        = = < < > > : : ≤ \le ≥ \ge ≠ \ne ≡ \equiv ≢ \nequiv ≈ \approx ≉ \napprox ≊ \approxeq ≅ \cong ≃ \simeq
        ∼ \sim ≁ \nsim ∽ \backsim ≍ \asymp ≐ \doteq ≜ \triangleq ≔ \coloneqq ≕ \eqqcolon ∝ \propto ≪ \ll ≫ \gg
        ⋘ \lll ⋙ \ggg ≺ \prec ≻ \succ ⪯ \preceq ⪰ \succeq ≼ \preccurlyeq ≽ \succcurlyeq ≾ \precsim ≿ \succsim
        ⩽ \leqslant ⩾ \geqslant ≦ \leqq ≧ \geqq ≲ \lesssim ≳ \gtrsim ≶ \lessgtr ≷ \gtrless ≮ \nless ≯ \ngtr
        ≰ \nleq ≱ \ngeq ∈ \in ∉ \notin ∋ \ni ⊂ \subset ⊃ \supset ⊆ \subseteq ⊇ \supseteq ⊈ \nsubseteq
        ⊉ \nsupseteq ⊊ \subsetneq ⊋ \supsetneq ⋐ \Subset ⋑ \Supset ⊏ \sqsubset ⊐ \sqsupset ⊑ \sqsubseteq
        ⊒ \sqsupseteq ∣ \mid ∤ \nmid ∥ \parallel ∦ \nparallel ⟂ \perp ⊢ \vdash ⊣ \dashv ⊨ \vDash ⊧ \models ⊩ \Vdash
        ⊪ \Vvdash ⊬ \nvdash ⊭ \nvDash ⋈ \bowtie ⌣ \smile ⌢ \frown ≬ \between ∴ \therefore ∵ \because
        → \to ← \leftarrow ↔ \leftrightarrow ⇒ \Rightarrow ⇐ \Leftarrow ⇔ \Leftrightarrow ⟶ \longrightarrow
        ⟵ \longleftarrow ⟷ \longleftrightarrow ⟹ \Longrightarrow ⟸ \Longleftarrow ⟺ \iff ↦ \mapsto ⟼ \longmapsto
        ↑ \uparrow ↓ \downarrow ↕ \updownarrow ⇑ \Uparrow ⇓ \Downarrow ⇕ \Updownarrow ↗ \nearrow ↘ \searrow
        ↙ \swarrow ↖ \nwarrow ↪ \hookrightarrow ↩ \hookleftarrow ⇀ \rightharpoonup ⇁ \rightharpoondown
        ↼ \leftharpoonup ↽ \leftharpoondown ⇌ \rightleftharpoons ↛ \nrightarrow ↚ \nleftarrow
        ⇏ \nRightarrow ⇉ \rightrightarrows ⇄ \rightleftarrows ⇝ \leadsto ↠ \twoheadrightarrow
        ↣ \rightarrowtail ↭ \leftrightsquigarrow ↺ \circlearrowleft ↻ \circlearrowright ↾ \upharpoonright
        ⊄ \nsubset ⊅ \nsupset ≄ \nsimeq ≇ \ncong ≏ \bumpeq ≗ \circeq ≝ \eqdef ⊸ \multimap ⇆ \leftrightarrows
        ⇇ \leftleftarrows ↶ \curvearrowleft ↷ \curvearrowright ⪅ \lessapprox ⪆ \gtrapprox ⋚ \lesseqgtr ⋛ \gtreqless
        ∌ \nni ≂ \eqsim ⇋ \leftrightharpoons ↮ \nleftrightarrow
    """,
    "open": r"( ( [ [ { \{ ⟨ \langle ⌊ \lfloor ⌈ \lceil ⟦ \llbracket",
    "close": r"! ! ? ? ) ) ] ] } \} ⟩ \rangle ⌋ \rfloor ⌉ \rceil ⟧ \rrbracket",
    "punct": ", , ; ;",
}  # fmt: skip


def _read() -> dict[str, tuple[str, Class]]:
    found: dict[str, tuple[str, Class]] = {}
    for kind, table in _TABLE.items():
        words = table.split()
        found |= {sign: (command, kind) for sign, command in zip(words[::2], words[1::2], strict=True)}
    return found


#: Command and class of each sign.
COMMANDS = _read()

#: Names of functions that LaTeX has a command for.
FUNCTIONS = frozenset((
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd", "hom",
    "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec", "sin", "sinh", "sup", "tan",
    "tanh",
))  # fmt: skip

#: Commands of the accents, over one letter and over more; by combining character.
ACCENTS = {
    "\u0300": (r"\grave", r"\grave"),
    "\u0301": (r"\acute", r"\acute"),
    "\u0302": (r"\hat", r"\widehat"),
    "\u0303": (r"\tilde", r"\widetilde"),
    "\u0304": (r"\bar", r"\overline"),
    "\u0305": (r"\overline", r"\overline"),
    "\u0306": (r"\breve", r"\breve"),
    "\u0307": (r"\dot", r"\dot"),
    "\u0308": (r"\ddot", r"\ddot"),
    "\u030a": (r"\mathring", r"\mathring"),
    "\u030c": (r"\check", r"\check"),
    "\u0332": (r"\underline", r"\underline"),
    "\u20d7": (r"\vec", r"\overrightarrow"),
}

_ALPHABETS = {
    "DOUBLE-STRUCK": r"\mathbb",
    "SCRIPT": r"\mathcal",
    "BOLD SCRIPT": r"\mathcal",
    "FRAKTUR": r"\mathfrak",
    "BLACK-LETTER": r"\mathfrak",
    "BOLD FRAKTUR": r"\mathfrak",
    "SANS-SERIF": r"\mathsf",
    "MONOSPACE": r"\mathtt",
}


def styled(sign: str) -> str:
    r"""Return the LaTeX of a letter from an alphabet of its own, as `\mathbb{R}` for ℝ; '' for any other."""
    name = unicodedata.name(sign, "").removeprefix("MATHEMATICAL ")
    alphabet, _, letter = name.partition(" CAPITAL ")
    if not letter:
        alphabet, _, letter = name.partition(" SMALL ")
    if not letter:
        alphabet, _, letter = name.partition(" DIGIT ")
    plain = unicodedata.normalize("NFKC", sign)
    command = _ALPHABETS.get(alphabet)
    return f"{command}{{{plain}}}" if command and len(plain) == 1 and plain.isascii() and plain != sign else ""

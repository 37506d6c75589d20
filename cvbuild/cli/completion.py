"""`cvbuild completion`: scripts by which shells complete commands, options, profiles, variants and themes.

They are made from the parser, so they know what it knows. zsh runs the one for bash.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from shlex import quote

from msgspec import Struct

from cvbuild import cli, pipeline

# What an option or a place takes, by what help calls it; what is not here is text that nobody can guess.
_KINDS = {"PROFILE": "profile", "FILE": "file", "OUT": "file", "A": "variant", "B": "variant", "THEME": "theme",
          "FOLDER": "file"}  # fmt: skip


class _Command(Struct, frozen=True):
    """One command: its name with those above it, the options and what they take, and what stands at its places."""

    path: str
    help: str
    options: tuple[argparse.Action, ...]
    places: tuple[argparse.Action, ...]
    inner: tuple[_Command, ...]


def completion(options: argparse.Namespace) -> int:
    """Print the script for one shell."""
    from cvbuild.cli.parser import parser

    tree = _command(parser(), "", "")
    print({"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell](tree), end="")
    return cli.OK


def _command(parser: argparse.ArgumentParser, path: str, text: str) -> _Command:
    actions = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    inner: list[_Command] = []
    for action in actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            inner += (_command(p, f"{path} {name}".strip(), helps.get(name, "")) for name, p in action.choices.items())
    places = (a for a in actions if not a.option_strings and not isinstance(a, argparse._SubParsersAction))
    return _Command(path, text, tuple(a for a in actions if a.option_strings), tuple(places), tuple(inner))


def _all(command: _Command) -> Iterator[_Command]:
    yield command
    for inner in command.inner:
        yield from _all(inner)


def _kind(action: argparse.Action) -> str:
    """Return what *action* takes: '' for nothing, a kind, or `words` followed by them."""
    if action.nargs == 0:
        return ""
    if action.choices:
        return f"words {' '.join(map(str, action.choices))}"
    named = {"format": f"words {' '.join(pipeline.FORMATS)}", "output": "file", "theme": "theme", "variant": "variant"}
    return named.get(action.dest) or _KINDS.get(str(action.metavar), "text")


_BASH = """\
# Completion of cvbuild for bash: source <(cvbuild completion bash)
# What an option of a command takes, or what stands at one of its places.
_cvbuild_kind() {
    case "$1" in
%(kinds)s
    esac
}

_cvbuild_words() {
    case "$1" in
%(words)s
    esac
}

_cvbuild() {
    local cur=${COMP_WORDS[COMP_CWORD]} command='' place=1 profile=cv.yaml waiting='' stays='' word kind i
    COMPREPLY=()
    if [[ $cur == = ]]; then cur=''; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        # bash takes --variant=NAME for three words.
        if [[ $word == = ]]; then continue; fi
        if [[ -n $waiting ]]; then waiting=''; continue; fi
        case "$command $word" in
%(commands)s
        esac
        case $word in
        -*) [[ -n $(_cvbuild_kind "$command $word") ]] && waiting=$word ;;
        *.yaml | *.yml) profile=$word; place=$((place + 1)) ;;
        *) place=$((place + 1)) ;;
        esac
    done
    # zsh takes it for one.
    if [[ $cur == --*=* ]]; then waiting=${cur%%%%=*}; stays=$waiting=; cur=${cur#*=}; fi
    kind=$(_cvbuild_kind "$command ${waiting:-$place}")
    if [[ -z $waiting && $cur == -* ]] || [[ -z $kind ]]; then
        kind="words $(_cvbuild_words "$command")"
        [[ $cur == -* ]] || kind="words $(_cvbuild_words "$command" | tr ' ' '\\n' | grep -v '^-' | tr '\\n' ' ')"
    fi
    local IFS=$'\\n'
    case $kind in
    words*) IFS=$' \\n'; COMPREPLY=($(compgen -W "${kind#words }" -- "$cur")) ;;
    variant) COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" variants list --names "$profile" 2>/dev/null)" -- "$cur")) ;;
    theme) COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" themes --names 2>/dev/null)" -- "$cur")) ;;
    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
    profile)
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -X '!*.y*ml' -- "$cur") $(compgen -d -- "$cur"))
        ;;
    esac
    if [[ -n $stays ]]; then COMPREPLY=("${COMPREPLY[@]/#/$stays}"); fi
}

complete -F _cvbuild cvbuild
"""


def _bash(tree: _Command) -> str:
    kinds, words, commands = [], [], []
    for command in _all(tree):
        for inner in command.inner:
            typed = quote(f"{command.path} {inner.path.split()[-1]}")
            commands.append(f"        {typed}) command={quote(inner.path)}; place=1; continue ;;")
        known = [*(inner.path.split()[-1] for inner in command.inner), *_long(command)]
        words.append(f"    {quote(command.path)}) echo {quote(' '.join(known))} ;;")
        for action in command.options:
            if kind := _kind(action):
                names = " | ".join(quote(f"{command.path} {name}") for name in action.option_strings)
                kinds.append(f"    {names}) echo {quote(kind)} ;;")
        for number, action in enumerate(command.places, 1):
            rest = action.nargs in ("*", "+")
            place = f"{quote(f'{command.path} ')}[0-9]*" if rest else quote(f"{command.path} {number}")
            kinds.append(f"    {place}) echo {quote(_kind(action))} ;;")
    return _BASH % {name: "\n".join(lines) for name, lines in
                    (("kinds", kinds), ("words", words), ("commands", commands))}  # fmt: skip


def _long(command: _Command) -> list[str]:
    return [name for action in command.options for name in action.option_strings if name.startswith("--")]


def _zsh(tree: _Command) -> str:
    head = "# Completion of cvbuild for zsh: source <(cvbuild completion zsh)\nautoload -Uz compinit bashcompinit\n"
    return f"{head}(($+functions[compdef])) || compinit\nbashcompinit\n{_bash(tree).partition(chr(10))[2]}"


_FISH = """\
# Completion of cvbuild for fish: cvbuild completion fish | source
function __cvbuild_run
    set -l words (commandline -opc)
    $words[1] $argv 2>/dev/null
end

function __cvbuild_variants
    set -l profile (string match -r '.*\\.ya?ml$' -- (commandline -opc))
    __cvbuild_run variants list --names (test -n "$profile[1]"; and echo $profile[1]; or echo cv.yaml)
end

complete -c cvbuild -f
"""
_FISH_KINDS = {
    "variant": "-x -a '(__cvbuild_variants)'",
    "theme": "-x -a '(__cvbuild_run themes --names)'",
    "file": "-r -F",
    "profile": "-x -a '(__fish_complete_suffix .yaml)'",
    "text": "-x",
}


def _fish(tree: _Command) -> str:
    lines = []
    for command in _all(tree):
        seen = [f"__fish_seen_subcommand_from {name}" for name in command.path.split()]
        unseen = [f"not __fish_seen_subcommand_from {' '.join(i.path.split()[-1] for i in command.inner)}"]
        here = f"complete -c cvbuild -n {quote('; and '.join(seen + (unseen if command.inner else [])))}"
        lines += [f"{here} -a {inner.path.split()[-1]} -d {_fish_quoted(inner.help)}" for inner in command.inner]
        for action in command.options:
            names = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in action.option_strings)
            lines.append(" ".join(filter(None, [here, names, _fish_kind(action), "-d", _fish_quoted(action.help)])))
        lines += [f"{here} {_fish_kind(action)}" for action in command.places if _kind(action) != "text"]
    return _FISH + "\n".join(lines) + "\n"


def _fish_kind(action: argparse.Action) -> str:
    kind, _, words = _kind(action).partition(" ")
    return f"-x -a {quote(words)}" if kind == "words" else _FISH_KINDS.get(kind, "")


def _fish_quoted(text: str | None) -> str:
    return "'" + (text or "").replace("\\", "\\\\").replace("'", "\\'") + "'"

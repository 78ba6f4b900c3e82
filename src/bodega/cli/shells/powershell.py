"""Completion for PowerShell: a table of words, and a block that looks into it."""

from collections.abc import Iterable

from bodega.cli.shells.described import CHOICE, INSTALLED, Described

_HEAD = """\
# PowerShell completion of {program}; to use it:
#   {program} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName {program} -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @{{
{words}
    }}
    $values = @{{
{values}
    }}
    $installed = @({installed})
    $key = ''
    $before = ''
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {{
        if ($element.Extent.EndOffset -ge $cursorPosition) {{ break }}
        $text = $element.ToString()
        $before = $text
        if ($text.StartsWith('-')) {{ continue }}
        $longer = ("$key $text").Trim()
        if ($words.ContainsKey($longer)) {{ $key = $longer }}
    }}
    $found = $words[$key]
    if ($values.ContainsKey("${{key}}:$before")) {{ $found = $values["${{key}}:$before"] }}
    elseif ($installed -contains $key -and -not $wordToComplete.StartsWith('-')) {{
        $found = {program} list --format freeze 2>$null | ForEach-Object {{ $_.Split('=')[0] }}
    }}
    $found | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""


def script(commands: Iterable[Described], program: str) -> str:
    """The script for the profile."""
    found = list(commands)
    every = [one for command in found for one in command.all()]
    words = {"": [one.words[-1] for one in found]}
    words |= {
        one.key: [
            *(act.words[-1] for act in one.acts),
            *(flag for option in one.options for flag in option.flags),
        ]
        for one in every
    }
    values = {
        f"{one.key}:{flag}": option.value.choices
        for one in every
        for option in one.options
        if option.value is not None and option.value.kind == CHOICE
        for flag in option.flags
    }
    installed = [one.key for one in every if one.arguments and one.arguments[0][0].kind == INSTALLED]
    return _HEAD.format(
        program=program,
        words="\n".join(_row(key, row) for key, row in words.items()),
        values="\n".join(_row(key, row) for key, row in values.items()),
        installed=", ".join(_quoted(key) for key in installed),
    )


def _row(key: str, words: Iterable[str]) -> str:
    return f"        {_quoted(key)} = @({', '.join(map(_quoted, words))})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

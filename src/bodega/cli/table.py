"""The commands: name, one line of help, and the module that runs it, imported only when asked for."""


class Entry:
    """One command. ``module`` offers ``run(arguments: list[str]) -> int``."""

    # No dataclass: importing that alone would double the time that `bodega --help` takes.
    __slots__ = ("help", "module", "name")

    def __init__(self, name: str, words: str, module: str) -> None:
        self.name = name
        self.help = words
        self.module = module


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Environments",
        (
            Entry("install", "install projects into an environment", "bodega.cli.install"),
            Entry("uninstall", "remove projects from an environment", "bodega.cli.uninstall"),
            Entry("download", "save what an install would take, as files", "bodega.cli.download"),
            Entry("wheel", "save wheels of what an install would take", "bodega.cli.wheel"),
            Entry("list", "list what is installed", "bodega.cli.list"),
            Entry("show", "show what is known of installed projects", "bodega.cli.show"),
            Entry("freeze", "print what is installed as requirements", "bodega.cli.freeze"),
            Entry("check", "check that what is installed has all that it requires", "bodega.cli.check"),
            Entry("inspect", "print what is installed as one JSON document", "bodega.cli.inspect"),
            Entry("hash", "print the digests of files, as requirements take them", "bodega.cli.hash"),
            Entry("history", "show what changed an environment, and when", "bodega.cli.history"),
            Entry("rollback", "make an environment what it was before", "bodega.cli.rollback"),
            Entry("diff", "compare an environment with its past or a lock", "bodega.cli.diff"),
            Entry("debug", "say what is known of an interpreter", "bodega.cli.debug"),
            Entry("config", "show and change pip's configuration", "bodega.cli.config"),
            Entry("venv", "make an environment", "bodega.cli.venv"),
        ),
    ),
    (
        "Programs",
        (
            Entry("run", "run a program or script with what it needs", "bodega.cli.run"),
            Entry("tool", "run or install programs that are Python projects", "bodega.cli.tool"),
        ),
    ),
    (
        "Projects",
        (
            Entry("add", "add requirements to the project here, lock and sync", "bodega.cli.add"),
            Entry("remove", "remove requirements from the project here, lock and sync", "bodega.cli.remove"),
            Entry("upgrade", "move what is locked to newer versions, then sync", "bodega.cli.upgrade"),
            Entry("outdated", "show what has newer releases, and what keeps them out", "bodega.cli.outdated"),
            Entry("autoremove", "remove what nothing requires any more", "bodega.cli.autoremove"),
            Entry("tree", "show who requires whom, here or in a lock", "bodega.cli.tree"),
            Entry("why", "say why a project is here, and what would drop it", "bodega.cli.why"),
        ),
    ),
    (
        "Locks",
        (
            Entry("lock", "resolve requirements and write pylock.toml", "bodega.cli.lock"),
            Entry("sync", "make an environment equal to a lock, exactly", "bodega.cli.sync"),
            Entry("why-not", "say what keeps a version from being chosen", "bodega.cli.why_not"),
        ),
    ),
    (
        "What is inside",
        (
            Entry("audit", "tell what is known to be wrong with what is there", "bodega.cli.audit"),
            Entry("sbom", "write a bill of materials: CycloneDX or SPDX", "bodega.cli.sbom"),
            Entry("licenses", "tell the licences of what is there, by a policy", "bodega.cli.licenses"),
        ),
    ),
    (
        "A package's life",
        (
            Entry("new", "make a small sound project", "bodega.cli.new"),
            Entry("build", "build a project into a source distribution and a wheel", "bodega.cli.build"),
            Entry("publish", "publish wheels and sdists to an index", "bodega.cli.publish"),
        ),
    ),
    (
        "The store",
        (
            Entry("store", "show what the store holds, and clear what nothing uses", "bodega.cli.store"),
            Entry("verify", "check environment, store and index against their digests", "bodega.cli.verify"),
            Entry("cache", "look at and empty what the store keeps", "bodega.cli.cache"),
        ),
    ),
    (
        "The index",
        (
            Entry("serve", "serve an index: private projects and a view of an upstream", "bodega.cli.serve"),
            Entry("index", "make, list, show and delete indexes; list versions", "bodega.cli.index"),
            Entry("import", "take the wheels and sdists of a folder into an index", "bodega.cli.import_"),
            Entry("project", "show a project of an index, set its status", "bodega.cli.project"),
            Entry("release", "yank, delete and promote releases of an index", "bodega.cli.release"),
            Entry("token", "create, list and revoke tokens of an index", "bodega.cli.token"),
            Entry("use", "print what a client's configuration is to say", "bodega.cli.use"),
            Entry("refresh", "ask the upstream of an index for a project now", "bodega.cli.refresh"),
            Entry("policy", "hold back, deny and quarantine what readers see", "bodega.cli.policy"),
        ),
    ),
    (
        "Help",
        (
            Entry("help", "show this help, or that of a command", "bodega.cli.help"),
            Entry("completion", "print a script that completes the command line", "bodega.cli.completion"),
            Entry("doctor", "look at all that installs depend on", "bodega.cli.doctor"),
            Entry("explain", "say what an error's code means, and what to do", "bodega.cli.explain"),
        ),
    ),
)

COMMANDS: dict[str, Entry] = {entry.name: entry for _, entries in GROUPS for entry in entries}

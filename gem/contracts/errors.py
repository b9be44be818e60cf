"""What can go wrong, split by what to do next.

GemError
├── TerminalError        a retry cannot help: fail or quarantine the batch now, and say what to do
│   ├── ManifestError        a manifest that is not JSON, breaks its contract or names what is not there
│   ├── PartError            a part whose bytes, SHA-256 or row count differ from its manifest
│   ├── SchemaDriftError     a declared column that the source no longer has, or has with another type
│   ├── AuditError           a check of the load failed: the batch is quarantined, the warehouse as before
│   ├── BelowMarkError       a batch came after loads remember what it would be compared with: quarantined too
│   └── IllegalMoveError     a batch asked to move between two states that no move joins
└── TransientError       the same again may work: throttling, a lost connection, a serialization conflict
    ├── LeaseHeldError       somebody else is at this batch, and its lease has not expired
    ├── PublishHeldError     a reader asked that nothing be published for a while; the batches wait
    ├── RefusedError         AWS refuses the caller or a name: no batch is to blame, but a person must mend it
    └── LostRaceError        a conditional write was overtaken; start again from a fresh read
"""


class GemError(Exception):
    """The root of the tree; its message says what, where, which value and what to do."""


class TerminalError(GemError):
    """A retry cannot help."""


class ManifestError(TerminalError):
    """A manifest that cannot be used."""


class PartError(TerminalError):
    """A data file that is not what its manifest says."""


class SchemaDriftError(TerminalError):
    """The source and its declaration differ in a way that would lose data."""


class AuditError(TerminalError):
    """A check of a load failed before COMMIT."""


class BelowMarkError(TerminalError):
    """A batch at or below the low-water mark of its source, which is loaded no more."""


class IllegalMoveError(TerminalError):
    """No such move between two states of a batch."""


class TransientError(GemError):
    """The same again may work."""


class LeaseHeldError(TransientError):
    """Somebody else works on this and is still within its lease."""


class PublishHeldError(TransientError):
    """No load may begin while a publish hold is in force."""


class RefusedError(TransientError):
    """AWS refuses who asks, or knows no such name, until a person has mended it.

    Transient for a batch, which is not condemned for it; terminal for a command, which would be refused again.
    """


class LostRaceError(TransientError):
    """Another writer was first."""

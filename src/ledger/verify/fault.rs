//! What a verification finds: each fault says where it is.

use crate::ledger::replay::RowFault;

crate::kernel::text_enum! {
    /// What is wrong with a leaf.
    LeafFault {
        /// Its bytes are not what was hashed.
        Changed = "changed",
        /// It is not there.
        Missing = "missing",
        /// It is not written as leaves are.
        Unreadable = "unreadable",
        /// It is older than the leaf before it.
        Time = "time",
        /// It names a key and may not.
        Key = "key",
        /// The readable entry beside it says something else, or is not there.
        Entry = "entry",
        /// The readable ledger has an entry that has no leaf.
        NoLeaf = "no_leaf",
        /// A hash above the leaves that it completes is not what the leaves give.
        Node = "node",
        /// In the log of checkpoints: it is no checkpoint of a book.
        NoNote = "no_note",
    }
}

crate::kernel::text_enum! {
    /// What is wrong with a checkpoint.
    CheckpointFault {
        /// It is no signed note of a checkpoint.
        Unreadable = "unreadable",
        /// It is of another size than it is stored under, or there are not as many leaves.
        Size = "size",
        /// The leaves give another root: they are not those that were signed.
        Root = "root",
        /// No leaf under it names a key.
        NoKey = "no_key",
        /// It is not signed by the key of the book.
        Signature = "signature",
        /// It does not stand in the log of checkpoints, or not in its place.
        NotLogged = "not_logged",
        /// What is kept as the signature of a witness is none.
        Cosignature = "cosignature",
    }
}

/// A fault, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// In a leaf.
    Leaf {
        /// Whose book.
        agency: String,
        /// Its number.
        seq: u64,
        /// What is wrong.
        what: LeafFault,
    },
    /// In a checkpoint.
    Checkpoint {
        /// Whose book.
        agency: String,
        /// Of how many leaves.
        size: u64,
        /// What is wrong.
        what: CheckpointFault,
    },
    /// In a row that the leaves bind.
    Row(RowFault),
    /// Tables, indices or triggers are not those that the last leaf about them names.
    Schema {
        /// Whose book says so.
        agency: String,
    },
    /// The database's own check of its file found something.
    File(String),
}

/// Short, for logs and lists; people get the report of `book`.
impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Leaf { agency, seq, what } => write!(f, "leaf {seq} of {agency}: {what}"),
            Self::Checkpoint { agency, size, what } => write!(f, "checkpoint of {size} leaves of {agency}: {what}"),
            Self::Row(row) => write!(f, "row {} of {}: {:?}", row.key, row.table, row.difference),
            Self::Schema { agency } => write!(f, "schema, by the book of {agency}"),
            Self::File(said) => write!(f, "database file: {said}"),
        }
    }
}

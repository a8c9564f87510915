//! Proofs that a book was only ever added to: Merkle trees (RFC 6962), signed notes and checkpoints (C2SP). Pure.
//!
//! A tree here is a way to ask for stored hashes; where they are kept is the caller's business. Nothing in this room
//! trusts what it is given: every text and proof is read within bounds, and what does not fit is refused.

mod checkpoint;
mod cosign;
mod encode;
mod frontier;
mod log_proof;
mod note;
mod proof;
#[cfg(test)]
mod tests;
mod tree;
mod witness;

pub use checkpoint::{Checkpoint, CheckpointFault};
pub use cosign::{cosign, cosigned_at};
pub use encode::{base64, from_base64, from_hex, hex};
pub use frontier::Frontier;
pub use log_proof::LogProof;
pub use note::{Note, NoteFault, NoteKey, NoteSigner, SignatureKind};
pub use proof::{consistency, inclusion, is_consistent, is_included};
pub use tree::{Hash, completed, empty_root, leaf_hash, node_hash, root, stored_index};
pub use witness::{AddCheckpoint, Refused};

//! T7: every pair of sizes up to 300 against other implementations, and proofs that were altered.

use crate::proofs::{
    Frontier, Hash, completed, consistency, empty_root, inclusion, is_consistent, is_included, leaf_hash, node_hash,
    root, stored_index,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Up to which size every tree is tried.
const SIZES: u64 = 300;

/// A tree in memory, by the storage of this room.
#[derive(Default)]
struct Kept {
    hashes: BTreeMap<u64, Hash>,
    leaves: Vec<Vec<u8>>,
}

impl Kept {
    fn of(size: u64) -> Self {
        let mut tree = Self::default();
        for number in 0..size {
            let bytes = format!("leaf {number}").into_bytes();
            let leaf = leaf_hash(&bytes);
            let stored = &tree.hashes;
            let nodes = completed(number, leaf, |level, index| {
                Ok::<_, Infallible>(stored[&stored_index(level, index)])
            });
            tree.hashes.insert(stored_index(0, number), leaf);
            for (level, index, hash) in nodes.unwrap() {
                tree.hashes.insert(stored_index(level, index), hash);
            }
            tree.leaves.push(bytes);
        }
        tree
    }

    fn get(&self, level: u32, index: u64) -> Result<Hash, Infallible> {
        Ok(self.hashes[&stored_index(level, index)])
    }

    fn root(&self, size: u64) -> Hash {
        root(size, |level, index| self.get(level, index)).unwrap()
    }

    fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        inclusion(index, size, |level, index| self.get(level, index)).unwrap()
    }

    fn consistency(&self, old: u64, size: u64) -> Vec<Hash> {
        consistency(old, size, |level, index| self.get(level, index)).unwrap()
    }
}

/// RFC 6962 2.1 as it is written.
fn by_the_book(leaves: &[Vec<u8>]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => leaf_hash(one),
        many => {
            let half = many.len().next_power_of_two() / 2;
            node_hash(&by_the_book(&many[..half]), &by_the_book(&many[half..]))
        }
    }
}

struct Reader<'a>(&'a Kept);

impl tlog_tiles::HashReader for Reader<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes
            .iter()
            .map(|index| tlog_tiles::Hash(self.0.hashes[index]))
            .collect())
    }
}

fn theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().map(|hash| tlog_tiles::Hash(*hash)).collect()
}

#[test]
fn every_root_and_proof_up_to_300_leaves_is_the_one_that_others_give() {
    let tree = Kept::of(SIZES);
    let mut peers = ct_merkle::mem_backed_tree::MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
    let mut frontier = Frontier::default();
    for size in 1..=SIZES {
        let bytes = &tree.leaves[usize::try_from(size - 1).unwrap()];
        peers.push(bytes.clone());
        frontier.push(bytes);
        let mine = tree.root(size);
        assert_eq!(frontier.root(), mine, "{size}");
        assert_eq!(
            mine,
            by_the_book(&tree.leaves[..usize::try_from(size).unwrap()]),
            "{size}"
        );
        assert_eq!(tlog_tiles::tree_hash(size, &Reader(&tree)).unwrap().0, mine, "{size}");
        assert_eq!(peers.root().as_bytes().as_slice(), mine, "{size}");
        for index in 0..size {
            let proof = tree.inclusion(index, size);
            let leaf = leaf_hash(&tree.leaves[usize::try_from(index).unwrap()]);
            assert!(is_included(&leaf, index, size, &mine, &proof), "{index} of {size}");
            let peer = tlog_tiles::prove_record(size, index, &Reader(&tree)).unwrap();
            assert_eq!(peer, theirs(&proof), "{index} of {size}");
            let other = peers.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(other.as_bytes(), proof.concat(), "{index} of {size}");
        }
        for old in 1..=size {
            let proof = tree.consistency(old, size);
            let before = tree.root(old);
            assert!(is_consistent((old, &before), (size, &mine), &proof), "{old} to {size}");
            let peer = tlog_tiles::prove_tree(size, old, &Reader(&tree)).unwrap();
            assert_eq!(peer, theirs(&proof), "{old} to {size}");
            let other = peers.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(other.as_bytes(), proof.concat(), "{old} to {size}");
        }
    }
    println!(
        "trust T7: every root and proof of every pair of sizes up to {SIZES} as two other implementations give them"
    );
}

#[test]
fn the_places_of_stored_hashes_are_those_of_the_checksum_database() {
    for level in 0..12_u32 {
        for index in 0..400 {
            let peer = tlog_tiles::stored_hash_index(u8::try_from(level).unwrap(), index);
            assert_eq!(stored_index(level, index), peer, "{level} {index}");
        }
    }
}

/// Alters a proof in one of the ways a forger would.
fn altered(proof: &[Hash], way: u8, place: usize, bit: usize) -> Vec<Hash> {
    let mut forged = proof.to_vec();
    let place = if forged.is_empty() { 0 } else { place % forged.len() };
    match way % 5 {
        0 if !forged.is_empty() => forged[place][bit % 32] ^= 1 << (bit / 32 % 8),
        1 if !forged.is_empty() => drop(forged.remove(place)),
        2 if forged.len() > 1 => forged.swap(place, (place + 1) % proof.len()),
        3 => forged.push(leaf_hash(b"more")),
        _ => forged.insert(place, empty_root()),
    }
    forged
}

/// Five forgeries of each tree; `PROPTEST_CASES` says how many trees, beyond 20,000.
#[test]
fn no_altered_proof_is_accepted() {
    let tree = Kept::of(SIZES);
    let tried = Cell::new(0_u64);
    let refused = |is_accepted: bool| {
        tried.set(tried.get() + 1);
        prop_assert!(!is_accepted, "a forged proof was accepted");
        Ok::<(), TestCaseError>(())
    };
    let cases = ProptestConfig::default().cases.max(20_000);
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        source_file: Some(file!()),
        ..ProptestConfig::default()
    });
    let any = (2..SIZES, 0..SIZES, any::<u8>(), 0..16_usize, 0..256_usize);
    let ran = runner.run(&any, |(size, a, way, place, bit)| {
        let index = a % size;
        let (mine, leaf) = (
            tree.root(size),
            leaf_hash(&tree.leaves[usize::try_from(index).unwrap()]),
        );
        let proof = tree.inclusion(index, size);
        let forged = altered(&proof, way, place, bit);
        if forged != proof {
            refused(is_included(&leaf, index, size, &mine, &forged))?;
        }
        refused(is_included(&leaf, (index + 1) % size, size, &mine, &proof))?;
        refused(is_included(&leaf_hash(b"other"), index, size, &mine, &proof))?;
        let old = index.max(1);
        let before = tree.root(old);
        let proof = tree.consistency(old, size);
        let forged = altered(&proof, way, place, bit);
        if forged != proof {
            refused(is_consistent((old, &before), (size, &mine), &forged))?;
        }
        let mut other = before;
        other[bit % 32] ^= 1;
        refused(is_consistent((old, &other), (size, &mine), &proof))
    });
    ran.unwrap();
    println!("trust T7: {} altered proofs of {cases} trees: 0 accepted", tried.get());
}

/// The control: a verifier that does not look at the size accepts proofs for another place.
#[test]
fn a_verifier_that_forgets_the_size_would_be_caught() {
    let tree = Kept::of(7);
    let careless = |leaf: &Hash, index: u64, root: &Hash, proof: &[Hash]| {
        let mut at = index;
        let hash = proof.iter().fold(*leaf, |hash, sibling| {
            let is_right = at & 1 == 1;
            at >>= 1;
            if is_right {
                node_hash(sibling, &hash)
            } else {
                node_hash(&hash, sibling)
            }
        });
        hash == *root
    };
    let (leaf, root) = (leaf_hash(&tree.leaves[2]), tree.root(4));
    let proof = tree.inclusion(2, 4);
    assert!(careless(&leaf, 2, &root, &proof) && careless(&leaf, 2 + 4, &root, &proof));
    assert!(is_included(&leaf, 2, 4, &root, &proof) && !is_included(&leaf, 6, 7, &root, &proof));
}

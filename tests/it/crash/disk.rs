//! A disk that may lose its power: what was synced is there, everything else is there, torn, or not.
//!
//! Names are held to the same: a file that was made or renamed is sure to have its name only after its folder was synced.
//! Changes of names that are not sure are kept up to a moment, for file systems write them in order.

use super::chance;
use super::trace::Asked;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Sectors are written whole or not at all.
const SECTOR: usize = 512;

#[derive(Debug, Clone, Default)]
struct File {
    sure: Vec<u8>,
    /// Its length as the program sees it, for what is written at the end.
    length: usize,
    unsure: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

#[derive(Debug, Clone)]
enum Naming {
    /// A name for the file with this number.
    Make(PathBuf, usize),
    Rename(PathBuf, PathBuf),
    Unlink(PathBuf),
}

/// The files of a folder on such a disk.
#[derive(Default)]
pub struct Disk {
    /// By the name under which the program knows them now.
    files: BTreeMap<PathBuf, usize>,
    /// By the name under which they are found after a cut.
    sure_names: BTreeMap<PathBuf, usize>,
    unsure_names: Vec<Naming>,
    contents: Vec<File>,
    /// Whether syncs do anything: a disk that lies is the control of every test with it.
    is_honest: bool,
}

fn put(image: &mut Vec<u8>, place: usize, bytes: &[u8]) {
    let end = place + bytes.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    image[place..end].copy_from_slice(bytes);
}

fn apply(image: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(place, bytes) => put(image, *place, bytes),
        Change::Truncate(length) => image.resize(*length, 0),
    }
}

fn name(names: &mut BTreeMap<PathBuf, usize>, naming: &Naming) {
    match naming {
        Naming::Make(path, number) => drop(names.insert(path.clone(), *number)),
        Naming::Rename(from, to) => {
            if let Some(number) = names.remove(from) {
                names.insert(to.clone(), number);
            }
        }
        Naming::Unlink(path) => drop(names.remove(path)),
    }
}

impl Disk {
    /// A disk that holds the files of a folder as they are, all of them sure.
    pub fn holding(folder: &Path, is_honest: bool) -> Self {
        let mut disk = Self {
            is_honest,
            ..Self::default()
        };
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let sure = std::fs::read(&path).unwrap();
                    let length = sure.len();
                    disk.add(
                        &path,
                        File {
                            sure,
                            length,
                            unsure: Vec::new(),
                        },
                    );
                    disk.sure_names.insert(path.clone(), disk.files[&path]);
                }
            }
        }
        disk
    }

    /// The same files under another folder: where the program that is watched has them.
    pub fn moved(mut self, from: &Path, to: &Path) -> Self {
        let moved = |names: BTreeMap<PathBuf, usize>| {
            let names = names.into_iter();
            names
                .map(|(path, number)| (to.join(path.strip_prefix(from).expect("a file of the folder")), number))
                .collect()
        };
        self.files = moved(self.files);
        self.sure_names = moved(self.sure_names);
        self
    }

    fn add(&mut self, path: &Path, file: File) {
        self.files.insert(path.to_path_buf(), self.contents.len());
        self.contents.push(file);
    }

    /// Does what the program asked for.
    pub fn take(&mut self, asked: &Asked) {
        match asked {
            Asked::Write(path, place, bytes) => {
                if let Some(number) = self.files.get(path).copied() {
                    let file = &mut self.contents[number];
                    let place = place.unwrap_or(file.length);
                    file.length = file.length.max(place + bytes.len());
                    file.unsure.push(Change::Write(place, bytes.clone()));
                }
            }
            Asked::Truncate(path, length) => {
                if let Some(number) = self.files.get(path).copied() {
                    self.contents[number].length = *length;
                    self.contents[number].unsure.push(Change::Truncate(*length));
                }
            }
            Asked::Sync(path) if self.is_honest => self.sync(path),
            Asked::Sync(_) => {}
            Asked::Create(path) => {
                if !self.files.contains_key(path) {
                    self.naming(Naming::Make(path.clone(), self.contents.len()));
                    self.contents.push(File::default());
                }
            }
            Asked::Rename(from, to) => self.naming(Naming::Rename(from.clone(), to.clone())),
            Asked::Unlink(path) => self.naming(Naming::Unlink(path.clone())),
        }
    }

    fn naming(&mut self, naming: Naming) {
        name(&mut self.files, &naming);
        self.unsure_names.push(naming);
    }

    fn sync(&mut self, path: &Path) {
        if let Some(number) = self.files.get(path).copied() {
            let file = &mut self.contents[number];
            for change in std::mem::take(&mut file.unsure) {
                apply(&mut file.sure, &change);
            }
        }
        // A folder: the names in it are sure now, and those that were asked for before in other folders stay unsure.
        let in_it = |naming: &Naming| match naming {
            Naming::Make(name, _) | Naming::Unlink(name) | Naming::Rename(_, name) => name.parent() == Some(path),
        };
        let (sure, unsure): (Vec<_>, Vec<_>) = std::mem::take(&mut self.unsure_names).into_iter().partition(in_it);
        self.unsure_names = unsure;
        for naming in &sure {
            name(&mut self.sure_names, naming);
        }
    }

    /// Writes into `target` what would be found after a cut at this moment; `from` is where the files were.
    pub fn cut(&self, (from, target): (&Path, &Path), state: &mut u64) {
        let mut names = self.sure_names.clone();
        let kept = usize::try_from(chance(state)).unwrap() % (self.unsure_names.len() + 1);
        for naming in &self.unsure_names[..kept] {
            name(&mut names, naming);
        }
        for (path, number) in names {
            let place = target.join(path.strip_prefix(from).expect("a file of the folder"));
            // Shared memory is gone with the power.
            if place.extension().is_some_and(|ending| ending == "db-shm") {
                continue;
            }
            let file = &self.contents[number];
            let mut image = file.sure.clone();
            for change in &file.unsure {
                keep_perhaps(&mut image, change, state);
            }
            std::fs::create_dir_all(place.parent().expect("a folder")).unwrap();
            std::fs::write(place, image).unwrap();
        }
    }
}

/// Keeps a change that was not synced whole, only its first sectors, or not at all.
fn keep_perhaps(image: &mut Vec<u8>, change: &Change, state: &mut u64) {
    match (chance(state) % 5, change) {
        (0 | 1, _) => {}
        (2, Change::Write(place, bytes)) if bytes.len() > SECTOR => {
            let sectors = bytes.len() / SECTOR;
            let kept = SECTOR * (1 + usize::try_from(chance(state)).unwrap() % sectors);
            put(image, *place, &bytes[..kept.min(bytes.len())]);
        }
        _ => apply(image, change),
    }
}

#[test]
fn what_was_synced_is_there_after_a_cut_and_a_name_only_when_its_folder_was() {
    let (from, mut state) = (tempfile::tempdir().unwrap(), 7);
    std::fs::write(from.path().join("old"), b"0123456789").unwrap();
    let (old, new) = (from.path().join("old"), from.path().join("new"));
    let mut disk = Disk::holding(from.path(), true);
    disk.take(&Asked::Write(old.clone(), Some(2), b"AB".to_vec()));
    disk.take(&Asked::Sync(old.clone()));
    disk.take(&Asked::Write(old, Some(4), b"CD".to_vec()));
    disk.take(&Asked::Create(new.clone()));
    disk.take(&Asked::Write(new.clone(), None, b"new".to_vec()));
    disk.take(&Asked::Sync(new.clone()));
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let target = tempfile::tempdir().unwrap();
        disk.cut((from.path(), target.path()), &mut state);
        let text = std::fs::read_to_string(target.path().join("old")).unwrap();
        assert_eq!(&text[..4], "01AB");
        seen.insert((text, target.path().join("new").exists()));
    }
    assert_eq!(seen.len(), 4, "kept or not, named or not: {seen:?}");
    disk.take(&Asked::Sync(from.path().to_path_buf()));
    let target = tempfile::tempdir().unwrap();
    disk.cut((from.path(), target.path()), &mut state);
    assert_eq!(std::fs::read(target.path().join("new")).unwrap(), b"new");
}

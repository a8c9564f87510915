//! What a program asked of its disk, read from the log of `strace`: each write, sync and change of a name, in order.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The calls that change what a disk holds, or make it hold it.
pub const CALLS: &str = "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat";

/// One thing that was asked of the disk and done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Bytes at a place of a file; at its end when there is no place.
    Write(PathBuf, Option<usize>, Vec<u8>),
    /// A file cut to a length.
    Truncate(PathBuf, usize),
    /// A file or directory made durable.
    Sync(PathBuf),
    /// A file opened that may be a new one. The names of new folders are not followed: whoever keeps a file syncs them, too.
    Create(PathBuf),
    /// Another name for a file.
    Rename(PathBuf, PathBuf),
    /// A file without a name any more.
    Unlink(PathBuf),
}

/// When it was done, and what.
#[derive(Debug, Clone)]
pub struct Event {
    pub at: SystemTime,
    pub asked: Asked,
}

/// Bytes as `strace -xx` prints them: `\x2f\x74`.
fn bytes(printed: &str) -> Vec<u8> {
    let digits = printed.split("\\x").skip(1);
    digits
        .map(|two| u8::from_str_radix(&two[..2], 16).expect("two figures"))
        .collect()
}

fn path(printed: &str) -> PathBuf {
    PathBuf::from(String::from_utf8(bytes(printed)).expect("a path in UTF-8"))
}

/// The path of a descriptor: `7<\x2f\x74>`.
fn of_descriptor(argument: &str) -> Option<PathBuf> {
    let (_, rest) = argument.split_once('<')?;
    Some(path(rest.split_once('>')?.0))
}

/// The text between the quotation marks of each argument that has them.
fn quoted(arguments: &str) -> Vec<&str> {
    arguments.split('"').skip(1).step_by(2).collect()
}

/// A path of a `…at` call: from the descriptor before it, unless it is absolute.
fn at_descriptor(descriptor: &str, name: &str) -> PathBuf {
    of_descriptor(descriptor).unwrap_or_default().join(path(name))
}

fn asked(call: &str, arguments: &str, result: &str) -> Option<Asked> {
    if result.starts_with('-') {
        return None;
    }
    let names = quoted(arguments);
    let first = arguments.split(", ").next()?;
    match call {
        "pwrite64" => {
            let place = arguments.rsplit(", ").next()?.parse().ok()?;
            Some(Asked::Write(of_descriptor(first)?, Some(place), bytes(names.first()?)))
        }
        "write" => Some(Asked::Write(of_descriptor(first)?, None, bytes(names.first()?))),
        "ftruncate" => {
            let length = arguments.rsplit(", ").next()?.parse().ok()?;
            Some(Asked::Truncate(of_descriptor(first)?, length))
        }
        "fsync" | "fdatasync" => Some(Asked::Sync(of_descriptor(first)?)),
        "openat" if arguments.contains("O_CREAT") => Some(Asked::Create(at_descriptor(first, names.first()?))),
        "rename" => Some(Asked::Rename(path(names.first()?), path(names.get(1)?))),
        "renameat" | "renameat2" => {
            let second = arguments.split(", ").nth(2)?;
            Some(Asked::Rename(
                at_descriptor(first, names.first()?),
                at_descriptor(second, names.get(1)?),
            ))
        }
        "unlink" => Some(Asked::Unlink(path(names.first()?))),
        "unlinkat" => Some(Asked::Unlink(at_descriptor(first, names.first()?))),
        _ => None,
    }
}

/// A line without its process and time: `123 1764000000.123456 call(…) = 0`.
fn parts(line: &str) -> Option<(&str, SystemTime, &str)> {
    let (process, rest) = line.split_once(' ')?;
    let (time, rest) = rest.trim_start().split_once(' ')?;
    let seconds = Duration::try_from_secs_f64(time.parse().ok()?).ok()?;
    Some((process, SystemTime::UNIX_EPOCH + seconds, rest))
}

/// What was asked for files in `folder`. A call that another thread interrupted counts when it was done.
pub fn read(log: &str, folder: &Path) -> Vec<Event> {
    let mut begun = std::collections::BTreeMap::new();
    let mut events = Vec::new();
    for (process, at, rest) in log.lines().filter_map(parts) {
        let whole = if let Some(head) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(process, head);
            continue;
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some((_, tail)) = resumed.split_once(" resumed>") else {
                continue;
            };
            let Some(head) = begun.remove(process) else { continue };
            format!("{head}{tail}")
        } else {
            rest.to_owned()
        };
        let Some((call, rest)) = whole.split_once('(') else {
            continue;
        };
        let Some((arguments, result)) = rest.rsplit_once(" = ") else {
            continue;
        };
        let arguments = arguments.trim_end().trim_end_matches(')');
        let Some(asked) = asked(call, arguments, result) else {
            continue;
        };
        let place = match &asked {
            Asked::Write(path, ..)
            | Asked::Truncate(path, _)
            | Asked::Sync(path)
            | Asked::Create(path)
            | Asked::Unlink(path)
            | Asked::Rename(_, path) => path,
        };
        if place.starts_with(folder) {
            events.push(Event { at, asked });
        }
    }
    events
}

#[test]
fn a_log_of_strace_is_read_even_where_threads_interrupt_each_other() {
    let log = "12 1764000000.100000 pwrite64(7<\\x2f\\x74\\x2f\\x61>, \"\\x41\\x42\", 2, 40) = 2\n\
        12 1764000000.200000 fdatasync(7<\\x2f\\x74\\x2f\\x61> <unfinished ...>\n\
        13 1764000000.250000 write(9<\\x2f\\x78>, \"\\x41\", 1) = 1\n\
        13 1764000000.260000 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x74\\x2f\\x62\", O_RDWR|O_CREAT, 0644) = 3<\\x2f\\x74\\x2f\\x62>\n\
        12 1764000000.300000 <... fdatasync resumed>) = 0\n\
        12 1764000000.400000 fdatasync(7<\\x2f\\x74\\x2f\\x61>) = -1 EIO (Input/output error) (INJECTED)\n";
    let found: Vec<Asked> = read(log, Path::new("/t"))
        .into_iter()
        .map(|event| event.asked)
        .collect();
    let (a, b) = (PathBuf::from("/t/a"), PathBuf::from("/t/b"));
    assert_eq!(
        found,
        [
            Asked::Write(a.clone(), Some(40), b"AB".to_vec()),
            Asked::Create(b),
            Asked::Sync(a)
        ]
    );
}

//! The files of the house as text, for tests that read them.

use std::path::Path;

/// A file: its path from the top of the repository, and its text.
pub struct File {
    /// With `/` between the parts.
    pub path: String,
    /// As it is.
    pub text: String,
}

impl File {
    /// The room of a file in `src`: its first folder, or the name of a file that stands alone.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The text without the lines that are comments.
    pub fn code(&self) -> String {
        self.text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The code before the tests of the file.
    pub fn code_without_tests(&self) -> String {
        let code = self.code();
        code.split_once("#[cfg(test)]\nmod tests {")
            .map_or(code.as_str(), |(before, _)| before)
            .to_owned()
    }
}

/// All files under a folder whose names end so, in the order of their paths.
pub fn files(folder: &str, ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    gather(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        folder,
        ending,
        &mut found,
    );
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "no file *{ending} in {folder}");
    found
}

fn gather(folder: &Path, name: &str, ending: &str, into: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let inner = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            gather(&path, &inner, ending, into);
        } else if inner.ends_with(ending) {
            found_one(&path, inner, into);
        }
    }
}

fn found_one(path: &Path, name: String, into: &mut Vec<File>) {
    into.push(File {
        path: name,
        text: std::fs::read_to_string(path).unwrap(),
    });
}

/// The text of one file.
pub fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The string literals of code, each with the text before it on its way from the last one.
pub fn literals(code: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some((before, after)) = rest.split_once('"') {
        if before.ends_with('\'') && after.starts_with('\'') {
            rest = &after[1..];
            continue;
        }
        let Some(end) = end_of_literal(after) else { break };
        found.push((before, &after[..end]));
        rest = &after[end + 1..];
    }
    found
}

fn end_of_literal(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(place, letter)| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends.then_some(place)
    })
}

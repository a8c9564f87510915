//! The list of what a signature covers: text, files, what stands on the cover, and the sheet that was made before
//! anybody signed. Each hash is computed from the bytes that are stored now, never taken from a column.

use crate::documents::content::Content;
use crate::documents::files::read_file;
use crate::documents::store::{self, Frozen};
use crate::documents::version::Stage;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::sha256;
use crate::procedures::Source;
use crate::signatures::Covered;
use crate::web::Failure;
use diesel::OptionalExtension;
use std::path::Path;

/// The first line.
const HEADER: &str = "quytrinh/content/v1";

/// What is covered, with the names of what is damaged or missing.
pub(in crate::documents) struct Found {
    pub(in crate::documents) covered: Covered,
    pub(in crate::documents) damaged: Vec<String>,
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/")
}

/// The files that a text names: name and hash.
fn named(source: &Source) -> Vec<(String, String)> {
    let forms = source.forms.iter().map(|form| {
        let name = [&form.file_name, &form.name, &form.code]
            .into_iter()
            .find(|name| !name.is_empty());
        (name.cloned().unwrap_or_default(), form.file.clone())
    });
    let own = std::iter::once((source.file_name.clone(), source.file.clone()));
    let files = forms.chain(own).filter_map(|(name, file)| {
        let hash = file.strip_prefix("sha256:")?.to_owned();
        Some((name, hash))
    });
    files.collect()
}

/// The line of a file, its bytes read from the disk.
fn file_line(
    work: &mut Work<'_>,
    files: &Path,
    (name, hash): &(String, String),
    damaged: &mut Vec<String>,
) -> Result<String, Failure> {
    let known = store::attached(work, hash).optional()?;
    let media_type = known.map_or_else(|| "-".to_owned(), |known| known.media_type);
    let found = match read_file(files, hash) {
        Ok(bytes) => format!("{} | {}", bytes.len(), sha256(&bytes)),
        Err(cause) => {
            damaged.push(line(name));
            format!("- | {:?}", cause.kind())
        }
    };
    Ok(format!("tep: {} | {media_type} | {found}", line(name)))
}

/// The numbers of the issue, as they are frozen with the sheet, or else those of the version.
fn document(frozen: &Frozen, source: &Source) -> String {
    let facts: serde_json::Value = frozen
        .sheet
        .as_ref()
        .and_then(|sheet| serde_json::from_str(&sheet.facts).ok())
        .unwrap_or_default();
    let number = |name: &str| {
        facts
            .get("issue")
            .and_then(|issue| issue.get(name))
            .and_then(serde_json::Value::as_i64)
    };
    let issue = number("issue").unwrap_or(frozen.issue.issue);
    let amendment = number("amendment").unwrap_or(frozen.issue.amendment);
    let amended = if amendment > 0 {
        format!(" sua-doi {amendment}")
    } else {
        String::new()
    };
    format!("{} lan-ban-hanh {issue}{amended}", line(&source.code))
}

/// What a signature on this round of a version covers, read anew: text, files and cover as they are stored now.
pub(in crate::documents) fn covered_anew(
    work: &mut Work<'_>,
    (version, round): (&VersionId, i64),
    files: &Path,
) -> Result<Found, Failure> {
    let frozen = store::frozen(work, version, round)?;
    let content = Content::of(&frozen.text);
    let document = document(&frozen, &content.source);
    let mut damaged = Vec::new();
    let is_settled = !matches!(frozen.stage, Stage::Draft | Stage::Cancelled);
    if is_settled && frozen.present_round == round && frozen.present != frozen.text {
        damaged.push("van-ban".to_owned());
    }
    let text_hash = sha256(frozen.text.as_bytes());
    if text_hash != frozen.text_sha256 {
        damaged.push("van-ban".to_owned());
    }
    let mut lines = vec![format!(
        "tep: van-ban.md | text/markdown; charset=utf-8 | {} | {text_hash}",
        frozen.text.len()
    )];
    let mut all = named(&content.source);
    let beside = store::version_files_of(work, version)?;
    let beside = beside.into_iter().filter(|file| file.added_at <= frozen.submitted_at);
    all.extend(beside.map(|file| (file.name, file.sha256)));
    for file in &all {
        lines.push(file_line(work, files, file, &mut damaged)?);
    }
    lines.sort_unstable();
    lines.dedup();
    let mut manifest = format!("{HEADER}\ntai-lieu: {document}\nvong: {round}\n");
    if let Some(sheet) = &frozen.sheet {
        manifest.push_str(&format!(
            "bia: application/json | {} | {}\nto-trinh: application/pdf | {} trang | {}\n",
            sheet.facts.len(),
            sha256(sheet.facts.as_bytes()),
            sheet.pages,
            sheet.sha256
        ));
    }
    lines.iter().for_each(|one| manifest.push_str(&format!("{one}\n")));
    Ok(Found {
        covered: Covered {
            version: version.clone(),
            round,
            document,
            manifest,
        },
        damaged,
    })
}

/// The list of what a signature on this round covers, as it is stored now.
pub(in crate::documents) fn manifest_of(
    work: &mut Work<'_>,
    round: (&VersionId, i64),
    files: &Path,
) -> Result<String, Failure> {
    Ok(covered_anew(work, round, files)?.covered.manifest)
}

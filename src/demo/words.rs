//! Word files of the office that nobody has made documents of yet: one waits, one cannot be read.

use super::library;
use crate::db::Db;
use crate::documents::{self, NewWord};
use crate::docx::{Paper, compose, write};
use crate::kernel::Actor;
use crate::ledger;
use crate::procedures::parse;
use crate::web::Failure;
use anyhow::Context;
use std::path::Path;

/// A procedure of the library whose text the waiting file has, under a title and a code of its own.
const LIKE: &str = "QT.HT.06";
const CODE: &str = "QT 12/HT-UBND";
const TITLE: &str = "ĐĂNG KÝ GIÁM HỘ";
/// What a file of old Word begins with, and how its text is called in it.
const OLD_WORD: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0";

/// The file as the office wrote it before it had this program.
fn guardianship() -> anyhow::Result<Vec<u8>> {
    let texts = library::texts()?;
    let found = texts
        .iter()
        .filter_map(|text| parse(text).document)
        .find(|source| source.code == LIKE);
    let mut source = found.with_context(|| format!("the library has no {LIKE}"))?;
    source.tthc.clear();
    source.title_en.clear();
    source.body = source.body.replace("nhận cha, mẹ, con", "giám hộ");
    let called = |code: &str| match code {
        "tphth" => "CC Tư pháp - Hộ tịch xã".to_owned(),
        "motcua" => "Bộ phận một cửa".to_owned(),
        "ldubnd" => "Lãnh đạo UBND".to_owned(),
        "vanthu" => "Văn thư".to_owned(),
        _ => "Người phụ trách".to_owned(),
    };
    let paper = Paper {
        agency: "UBND xã Bảo Hà".to_owned(),
        sort: "QUY TRÌNH".to_owned(),
        title: TITLE.to_owned(),
        code: CODE.to_owned(),
        version: "Lần ban hành: 01".to_owned(),
        mark: String::new(),
        signed: Vec::new(),
        blocks: compose(&source, &called),
    };
    Ok(write(&paper)?)
}

/// Brings the files in as the secretary does it.
pub(super) fn bring_in(db: &Db, files: &Path, secretary: Actor) -> anyhow::Result<()> {
    let (guardianship, files) = (guardianship()?, files.to_owned());
    ledger::change(db, secretary, move |work| {
        let roles = documents::roles(work)?;
        let sent = [
            ("QT 12 Dang ky giam ho.docx", guardianship),
            ("QT 05 cu (2016).doc", OLD_WORD.to_vec()),
        ];
        for (name, bytes) in sent {
            let new = NewWord::of(name.to_owned(), bytes, &roles);
            documents::bring_in_word(work, &files, &new)?;
        }
        Ok::<_, Failure>(())
    })?;
    Ok(())
}

//! The archive of a Word file: what it is, and its parts as trees.

use crate::docx::fault::DocxFault;
use crate::nets::{XmlElement, XmlLimits, parse_xml};
use crate::zip::{Archive, Limits};

const LIMITS: Limits = Limits {
    files: 2_000,
    file: 20 << 20,
    all: 64 << 20,
};

const XML: XmlLimits = XmlLimits {
    bytes: 20 << 20,
    elements: 400_000,
    depth: 64,
    text: 1 << 20,
    // The second of two ways to say the same, and what says nothing of the text.
    skip: &[
        "Fallback",
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
        "lang",
        "rFonts",
        "pPrChange",
        "rPrChange",
        "tblPrChange",
        "tcPrChange",
        "trPrChange",
        "sectPr",
    ],
};

const MAIN: &str = "wordprocessingml.document.main+xml";
const TEMPLATE: &str = "wordprocessingml.template.main+xml";

pub(super) struct Package<'a> {
    archive: Archive<'a>,
}

/// What a file of another sort is, by its first bytes.
fn other(bytes: &[u8]) -> Option<DocxFault> {
    let has = |text: &str| {
        let wide: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0]).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(if has("EncryptedPackage") {
            DocxFault::Encrypted
        } else if has("WordDocument") {
            DocxFault::OldWord
        } else {
            DocxFault::Other("OLE")
        });
    }
    let begins = [
        (b"{\\rtf".as_slice(), "RTF"),
        (b"%PDF-", "PDF"),
        (b"<html", "HTML"),
        (b"<!DOCTYPE", "HTML"),
        (b"<?xml", "XML"),
    ];
    let found = begins.iter().find(|(begin, _)| bytes.starts_with(begin));
    found.map(|(_, name)| DocxFault::Other(name))
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, DocxFault> {
        if let Some(fault) = other(bytes) {
            return Err(fault);
        }
        let archive = Archive::open(bytes, LIMITS)?;
        let has = |wanted: &str| archive.names().any(|name| name == wanted);
        if archive.names().any(|name| name.ends_with("vbaProject.bin")) {
            return Err(DocxFault::Macros);
        }
        if has("content.xml") && has("mimetype") {
            return Err(DocxFault::Other("OpenDocument"));
        }
        if has("xl/workbook.xml") {
            return Err(DocxFault::Other("Excel"));
        }
        if has("ppt/presentation.xml") {
            return Err(DocxFault::Other("PowerPoint"));
        }
        Ok(Self { archive })
    }

    /// A part as a tree; `None` when the file has none of this name.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<XmlElement>, DocxFault> {
        let Some(bytes) = self.archive.read(name)? else {
            return Ok(None);
        };
        let fault = |fault| DocxFault::Xml {
            part: name.to_owned(),
            fault,
        };
        parse_xml(&bytes, &XML).map(Some).map_err(fault)
    }

    /// The text itself: the part that the list of types names as such.
    pub(super) fn main(&mut self) -> Result<XmlElement, DocxFault> {
        let types = self.xml("[Content_Types].xml")?.ok_or(DocxFault::NoText)?;
        let sort = |one: &XmlElement| one.attribute("ContentType").unwrap_or_default().to_owned();
        if types.named("Override").any(|one| sort(one).contains("macroEnabled")) {
            return Err(DocxFault::Macros);
        }
        let is_main = |one: &&XmlElement| {
            let sort = sort(one);
            sort.ends_with(MAIN) || sort.ends_with(TEMPLATE)
        };
        let part = types.named("Override").find(is_main).ok_or(DocxFault::NoText)?;
        let name = part.attribute("PartName").unwrap_or_default();
        let document = self.xml(name.trim_start_matches('/'))?.ok_or(DocxFault::NoText)?;
        if document.name() != "document" || document.child("body").is_none() {
            return Err(DocxFault::NoText);
        }
        Ok(document)
    }

    /// The names of the headers of its pages.
    pub(super) fn heads(&self) -> Vec<String> {
        let is_head = |name: &&str| name.starts_with("word/header") && name.ends_with(".xml");
        self.archive.names().filter(is_head).map(ToOwned::to_owned).collect()
    }
}

//! A signing tool of our own for tests: it adds a signature to a PDF as tools do, and cheats where it is told to.

use super::authority::Authority;
use std::fmt::Write;

/// A small PDF of one page, in the plain form that the office writes.
pub fn small() -> Vec<u8> {
    let stream = "BT /F1 24 Tf 72 700 Td (Phe duyet 100 trieu dong) Tj ET";
    let objects = [
        "<</Type/Pages/Count 1/Kids[2 0 R]>>".to_owned(),
        "<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>\nstream\n{stream}\nendstream", stream.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        "<</Type/Catalog/Pages 1 0 R>>".to_owned(),
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        write!(file, "{} 0 obj\n{object}\nendobj\n", index + 1).unwrap();
    }
    let start = file.len();
    file.push_str("xref\n0 6\n0000000000 65535 f \n");
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(file, "trailer\n<</Size 6/Root 5 0 R>>\nstartxref\n{start}\n%%EOF\n").unwrap();
    file.into_bytes()
}

fn number_after(text: &str, key: &str) -> usize {
    let after = &text[text.rfind(key).unwrap() + key.len()..];
    let digits: String = after.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

/// A PDF as a text of the same length, to look for words in it.
fn letters(bytes: &[u8]) -> String {
    let letter = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '?' };
    bytes.iter().map(letter).collect()
}

/// What is known of a file before something is added to it.
struct Known {
    text: String,
    size: usize,
    root: usize,
    start: usize,
}

impl Known {
    fn of(file: &[u8]) -> Self {
        let text = letters(file);
        let trailer = text.rfind("trailer").unwrap();
        Self {
            size: number_after(&text[trailer..], "/Size"),
            root: number_after(&text[trailer..], "/Root"),
            start: number_after(&text, "startxref"),
            text,
        }
    }

    /// The last form of an object.
    fn object(&self, number: usize) -> String {
        let head = format!("\n{number} 0 obj");
        let from = self.text.rfind(&head).unwrap() + head.len();
        let to = from + self.text[from..].find("endobj").unwrap();
        self.text[from..to].trim().to_owned()
    }

    fn page(&self) -> usize {
        let mut from = 0;
        loop {
            let at = from + self.text[from..].find(" 0 obj").unwrap();
            let body = self.text[at..].split("endobj").next().unwrap();
            if body.replace(' ', "").contains("/Type/Page/") {
                let line = self.text[..at].rfind('\n').unwrap() + 1;
                return self.text[line..at].trim().parse().unwrap();
            }
            from = at + 6;
        }
    }
}

/// How a signature is added.
#[derive(Clone)]
pub struct Tool {
    pub by: &'static str,
    pub sub_filter: &'static str,
    /// Further objects, after the signature and its field: their numbers follow.
    pub more: Vec<String>,
    /// Objects that are written anew, whole.
    pub anew: Vec<(usize, String)>,
    /// Where the field stands on the page.
    pub rect: &'static str,
    /// What of the page is changed besides its annotations.
    pub page: fn(&str) -> String,
    /// How the signed range is written.
    pub range: fn([usize; 4]) -> [usize; 4],
    /// Whether the CMS is made over another content.
    pub cheats: bool,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            by: "rsa",
            sub_filter: "ETSI.CAdES.detached",
            more: Vec::new(),
            anew: Vec::new(),
            rect: "[300 60 500 130]",
            page: str::to_owned,
            range: |range| range,
            cheats: false,
        }
    }
}

/// The most bytes of a CMS.
const ROOM: usize = 8_000;

fn with_entry(dictionary: &str, entry: &str) -> String {
    dictionary.replacen("<<", &format!("<<{entry}"), 1)
}

/// Adds objects to a file as an incremental update.
pub fn add(file: &[u8], objects: &[(usize, String)]) -> Vec<u8> {
    let known = Known::of(file);
    let mut out = file.to_vec();
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    let mut places = Vec::new();
    for (number, object) in objects {
        places.push((*number, out.len()));
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let start = out.len();
    let mut text = "xref\n".to_owned();
    for (number, place) in &places {
        writeln!(text, "{number} 1\n{place:010} 00000 n ").unwrap();
    }
    let size = objects
        .iter()
        .map(|(number, _)| number + 1)
        .max()
        .unwrap()
        .max(known.size);
    let (root, previous) = (known.root, known.start);
    write!(
        text,
        "trailer\n<</Size {size}/Root {root} 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    out.extend(text.bytes());
    out
}

impl Tool {
    /// A tool that does something in its own way.
    pub fn which(change: impl FnOnce(&mut Self)) -> Self {
        let mut tool = Self::default();
        change(&mut tool);
        tool
    }

    /// The file with a signature added.
    pub fn sign(&self, file: &[u8]) -> Vec<u8> {
        let known = Known::of(file);
        let (signature, field) = (known.size, known.size + 1);
        let page = known.page();
        let wide = "0000000000";
        let dictionary = format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/{}/ByteRange[0 {wide} {wide} {wide}]/Contents<{}>/M(D:20261123190000+07'00')>>",
            self.sub_filter,
            "0".repeat(ROOM * 2)
        );
        let widget = format!(
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(s{field})/V {signature} 0 R/Rect{}/P {page} 0 R/F 132>>",
            self.rect
        );
        let old = (self.page)(&known.object(page));
        let new_page = match old.find("/Annots[") {
            Some(at) => format!("{}/Annots[{field} 0 R {}", &old[..at], &old[at + 8..]),
            None => with_entry(&old, &format!("/Annots[{field} 0 R]")),
        };
        let catalog = known.object(known.root);
        let new_catalog = match catalog.find("/Fields[") {
            Some(at) => format!("{}/Fields[{field} 0 R {}", &catalog[..at], &catalog[at + 8..]),
            None => with_entry(&catalog, &format!("/AcroForm<</SigFlags 3/Fields[{field} 0 R]>>")),
        };
        let mut objects = vec![
            (signature, dictionary),
            (field, widget),
            (page, new_page),
            (known.root, new_catalog),
        ];
        let more = self.more.iter().enumerate();
        objects.extend(more.map(|(index, object)| (field + 1 + index, object.clone())));
        objects.retain(|(number, _)| self.anew.iter().all(|(anew, _)| anew != number));
        objects.extend(self.anew.iter().cloned());
        self.fill(&add(file, &objects))
    }

    /// Fills range and signature in.
    fn fill(&self, file: &[u8]) -> Vec<u8> {
        let (text, mut out) = (letters(file), file.to_vec());
        let at = text.rfind("/Contents<").unwrap() + "/Contents".len();
        let end = at + ROOM * 2 + 2;
        let range = (self.range)([0, at, end, out.len() - end]);
        let written = format!("/ByteRange[0 {:010} {:010} {:010}]", range[1], range[2], range[3]);
        let place = text.rfind("/ByteRange[0 0").unwrap();
        out[place..place + written.len()].copy_from_slice(written.as_bytes());
        let content = if self.cheats {
            b"another paper".to_vec()
        } else {
            [&out[..range[1]], &out[range[2]..range[2] + range[3]]].concat()
        };
        let cms = Authority::shared().sign(&content, self.by, &["-cades"]);
        let mut hex: String = cms.iter().map(|byte| format!("{byte:02X}")).collect();
        hex.push_str(&"0".repeat(ROOM * 2 - hex.len()));
        out[at + 1..end - 1].copy_from_slice(hex.as_bytes());
        out
    }
}

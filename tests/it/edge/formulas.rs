//! A cell of a table is never a formula (trust row F7): read back by a spreadsheet that others wrote.

use crate::support::rounds::figure;
use quytrinh::lists::{self, Cell, Heading, List, MasterList, Row};
use std::path::Path;
use std::process::{Command, Stdio};

const FORMULAS: [&str; 16] = [
    "=1+1",
    "=HYPERLINK(\"http://127.0.0.1:9\";\"a\")",
    "+1+1",
    "-1-1",
    "@SUM(A1:A2)",
    " =1+1",
    "\u{a0}=1+1",
    "\u{200b}=1+1",
    "\u{feff}=1+1",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1",
    "=cmd|' /C calc'!A0",
    "=DDE(\"a\";\"b\";\"c\")",
    "{=1+1}",
];

/// What LibreOffice makes of a table; otherwise what it said, or that it is not on this machine.
fn converted(table: &Path) -> Result<String, String> {
    let home = tempfile::tempdir().unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", home.path().display());
    let done = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "fods", "--outdir"])
        .args([home.path(), table])
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| cause.to_string())?;
    let name = table.with_extension("fods");
    let made = std::fs::read_to_string(home.path().join(name.file_name().unwrap()));
    made.map_err(|_none| String::from_utf8_lossy(&done.stderr).trim().replace('\n', "; "))
}

fn tables() -> [(&'static str, Vec<u8>); 2] {
    let rows = FORMULAS.iter().map(|formula| Row {
        link: "/documents/QT.01".to_owned(),
        cells: vec![Cell::Text((*formula).to_owned()); 7],
    });
    let list = MasterList {
        columns: List::Records.columns(),
        rows: rows.collect(),
    };
    let heading = Heading {
        office: "=1+1".to_owned(),
        title: "+1".to_owned(),
        as_of: "@a".to_owned(),
    };
    let sheet = lists::xlsx_file(&list, &heading, ToOwned::to_owned).unwrap();
    [
        ("a.csv", lists::csv_file(&list, ToOwned::to_owned).unwrap()),
        ("a.xlsx", sheet),
    ]
}

#[test]
fn libreoffice_finds_no_formula_in_a_table_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    // The control: the same cells as anybody else would write them.
    let control = write("control.csv", FORMULAS.join("\n").as_bytes());
    let control = match converted(&control) {
        Ok(control) => control,
        Err(cause) => {
            let told =
                format!("LibreOffice opens no tables on this machine ({cause}): read back by calamine and csv only");
            return figure("F7", &told);
        }
    };
    assert!(
        control.contains("table:formula="),
        "LibreOffice reads no formulas at all"
    );
    for (name, bytes) in tables() {
        let read = converted(&write(name, &bytes)).unwrap();
        assert!(read.contains("SUM(A1:A2)"), "{name} was not read");
        assert!(!read.contains("table:formula="), "{name} has a formula");
    }
    figure(
        "F7",
        &format!(
            "{} cells that look like formulas, in CSV and XLSX: LibreOffice finds none",
            FORMULAS.len() * 7 + 3
        ),
    );
}

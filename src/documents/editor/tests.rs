//! The editor loses nothing: a document shown and read back is the same, and buttons keep what was typed.

use super::*;
use crate::kernel::Language;
use crate::procedures::{NextRow, RoleCatalogue, RoleEntry, Source, StepRow, StepTimes, parse};
use crate::render::Words;
use crate::web::Form;

const OUTCOMES: [&str; 2] = ["Đạt", "Không đạt"];

fn words() -> CellWords {
    CellWords::of(&Words::load().unwrap())
}

/// The fields that a browser would send for this sheet, line breaks as browsers write them.
fn sent(sheet: &Sheet) -> Form {
    let mut fields: Vec<(String, String)> = Vec::new();
    fields.extend(sheet.head.clone());
    fields.extend(
        sheet
            .unverified
            .iter()
            .map(|key| ("unverified".to_owned(), key.clone())),
    );
    for (list, rows) in &sheet.lists {
        for (at, row) in rows.iter().enumerate() {
            fields.extend(
                row.iter()
                    .map(|(column, cell)| (format!("{list}.{at}.{column}"), cell.clone())),
            );
        }
    }
    for (at, step) in sheet.steps.iter().enumerate() {
        fields.extend(
            step.cells
                .iter()
                .map(|(column, cell)| (format!("steps.{at}.{column}"), cell.clone())),
        );
        fields.extend(
            step.roles
                .iter()
                .chain([&String::new()])
                .map(|role| (format!("steps.{at}.roles"), role.clone())),
        );
        fields.extend(
            step.times
                .iter()
                .enumerate()
                .map(|(case, time)| (format!("steps.{at}.time.{case}"), time.clone())),
        );
        for (name, ticked) in [
            ("uncounted", step.uncounted),
            ("optional", step.optional),
            ("paused", step.paused),
        ] {
            fields.extend(ticked.then(|| (format!("steps.{at}.{name}"), "1".to_owned())));
        }
    }
    Form::new(
        fields
            .into_iter()
            .map(|(name, value)| (name, value.replace('\n', "\r\n"))),
    )
}

fn library() -> Vec<(String, Source)> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/procedures")).unwrap();
    let files = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"));
    files
        .map(|path| {
            (
                path.display().to_string(),
                parse(&std::fs::read_to_string(&path).unwrap()).document.unwrap(),
            )
        })
        .collect()
}

fn step(code: &str) -> StepRow {
    StepRow {
        code: code.into(),
        name: format!("Việc {code}"),
        roles: vec!["motcua".into()],
        ..StepRow::default()
    }
}

fn nasty() -> Source {
    let text = "+++\ncode = \"QT.X\"\nkind = \"work_procedure\"\ntitle = \"a <b> & \\\"c\\\"\"\n\
        file = \"sha256:0\"\nfile_name = \"Sổ tay.docx\"\n\
        [[durations]]\ncode = \"thuong\"\nname = \"T\"\nlimit = \"2.25 working_hour\"\n\
        [[durations]]\ncode = \"xm\"\nname = \"X\"\nlimit = \"0.50 working_day\"\n\
        [[steps]]\ncode = \"B1\"\nname = \"x\"\nroles = [\"a\", \"lạ\"]\ntime = { thuong = \"0.5 working_day\", xm = \"A\", kkk = \"1 clock_hour\" }\n\
        next = [{ outcome = \"a → b\", to = \"B2\" }, { outcome = \"c\", to = \"END\" }]\nclock = \"paused\"\ncounted = false\noptional = true\n\
        parallel = \"P1/a\"\nmax_times = 2\ndifferent_from = [\"B2\"]\noutputs = [\"Giấy, dấu\", \"Sổ\"]\nnote = \"một\\nhai\"\n\
        [[steps]]\ncode = \"B2\"\nname = \"y\"\nroles = [\"a\"]\nsame_as = [\"B1\"]\ntime = \"3 calendar_day\"\n+++\n\n# Đầu\n\n  thụt\n";
    parse(text).document.unwrap()
}

#[test]
fn every_document_comes_back_from_the_form_as_it_was() {
    let words = words();
    for (name, source) in library().into_iter().chain([("nasty".to_owned(), nasty())]) {
        for language in [Language::Vi, Language::En] {
            let sheet = sheet_of(&source, &words, language);
            let again = Sheet::of(&sent(&sheet));
            assert_eq!(again, sheet, "{name}");
            let read = read(&again, &words);
            assert_eq!(read.source, source, "{name}");
            assert_eq!(read.slips, []);
        }
    }
}

#[test]
fn times_are_read_in_both_languages_and_with_both_decimal_marks() {
    let words = words();
    for typed in [
        "0,5 ngày làm việc",
        "0.5 ngày  làm việc",
        " 0.5 working days",
        "0.5 working day",
        "0.5 working_day",
        "0,50 Ngày làm việc",
    ] {
        assert_eq!(words.read(typed), "0.5 working_day", "{typed}");
    }
    assert_eq!(words.read("A"), "A");
    assert_eq!(words.read("nửa ngày"), "nửa ngày");
    assert_eq!(words.shown("1.25 clock_hour", Language::Vi), "1,25 giờ");
}

#[test]
fn buttons_move_rows_and_keep_what_was_typed() {
    let source = Source {
        steps: ["B1", "B2", "B3"].map(step).into(),
        ..Source::default()
    };
    let mut sheet = sheet_of(&source, &words(), Language::Vi);
    sheet.steps[1].cells.insert("max_times".into(), "hai".into());
    let codes = |sheet: &Sheet| {
        sheet
            .steps
            .iter()
            .map(|step| step.cells["code"].clone())
            .collect::<Vec<_>>()
    };
    let press = |sheet: &mut Sheet, button: &str| apply(sheet, &Deed::parse(button).unwrap(), OUTCOMES);
    press(&mut sheet, "steps.up.1");
    assert_eq!(codes(&sheet), ["B2", "B1", "B3"]);
    assert_eq!(sheet.steps[0].cells["max_times"], "hai");
    press(&mut sheet, "steps.down.0");
    press(&mut sheet, "steps.down.2");
    press(&mut sheet, "steps.up.0");
    assert_eq!(codes(&sheet), ["B1", "B2", "B3"]);
    press(&mut sheet, "steps.insert.0");
    press(&mut sheet, "steps.add");
    assert_eq!(codes(&sheet), ["B1", "", "B2", "B3", ""]);
    assert_eq!(Sheet::of(&sent(&sheet)), sheet, "empty rows stay while one writes");
    press(&mut sheet, "steps.remove.2");
    press(&mut sheet, "steps.remove.99");
    assert_eq!(codes(&sheet), ["B1", "", "B3", ""]);
    assert_eq!(
        read(&sheet, &words()).source.steps.len(),
        2,
        "empty rows are not kept in the document"
    );
}

#[test]
fn times_of_the_steps_go_with_their_duration_case() {
    let words = words();
    let mut sheet = sheet_of(&nasty(), &words, Language::Vi);
    apply(&mut sheet, &Deed::parse("durations.up.1").unwrap(), OUTCOMES);
    let StepTimes::ByDuration(times) = read(&sheet, &words).source.steps[0].time.clone() else {
        panic!("by duration")
    };
    assert_eq!(times[0], ("xm".to_owned(), "A".to_owned()));
    apply(&mut sheet, &Deed::parse("durations.remove.0").unwrap(), OUTCOMES);
    assert_eq!(sheet.steps[0].times, ["0,5 ngày làm việc"]);
    let mut empty = sheet_of(
        &Source {
            steps: vec![step("B1")],
            ..Source::default()
        },
        &words,
        Language::Vi,
    );
    empty.steps[0].times[0] = "1 ngày".into();
    apply(&mut empty, &Deed::parse("durations.add").unwrap(), OUTCOMES);
    assert_eq!(
        empty.steps[0].times,
        ["1 ngày"],
        "the first case takes over the time that had none"
    );
    apply(&mut empty, &Deed::parse("durations.add").unwrap(), OUTCOMES);
    assert_eq!(empty.steps[0].times, ["1 ngày", ""]);
}

#[test]
fn a_button_that_nobody_made_is_refused() {
    for bad in [
        "",
        "steps",
        "steps.explode.1",
        "steps.up",
        "steps.up.x",
        "secrets.add",
        "save",
    ] {
        assert_eq!(Deed::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_number_that_is_none_is_told_with_its_row() {
    let mut sheet = sheet_of(
        &Source {
            steps: vec![step("B1")],
            ..Source::default()
        },
        &words(),
        Language::Vi,
    );
    sheet.steps[0].cells.insert("max_times".into(), "hai".into());
    let slips = read(&sheet, &words()).slips;
    assert_eq!(
        (slips[0].list, slips[0].row, slips[0].typed.as_str()),
        ("steps", 0, "hai")
    );
}

#[test]
fn two_duration_cases_with_one_code_still_make_a_file_that_can_be_read() {
    let words = words();
    let mut sheet = sheet_of(&nasty(), &words, Language::Vi);
    for row in sheet.lists.get_mut("durations").unwrap() {
        row.insert("code".into(), "giống".into());
    }
    let read = read(&sheet, &words);
    assert!(parse(&crate::procedures::write(&read.source)).document.is_some());
}

#[test]
fn problems_point_to_the_row_on_the_sheet_even_after_an_empty_one() {
    let words = words();
    let mut source = Source {
        code: "QT".into(),
        title: "T".into(),
        field: "F".into(),
        ..Source::default()
    };
    source.steps = vec![step("B1"), step("B2")];
    source.steps[1].next = vec![NextRow {
        outcome: String::new(),
        to: "B9".into(),
    }];
    let mut sheet = sheet_of(&source, &words, Language::Vi);
    apply(&mut sheet, &Deed::parse("steps.insert.0").unwrap(), OUTCOMES);
    let role = RoleEntry {
        code: "motcua".into(),
        ..RoleEntry::default()
    };
    let (_, found) = problems(&sheet, &read(&sheet, &words), &RoleCatalogue { roles: vec![role] });
    let of = |code: &str| found.iter().find(|one| one.fault.code == code).and_then(|one| one.at);
    assert_eq!(of("unknown-target"), Some(("steps", 2)), "{found:?}");
    assert_eq!(of("missing-field"), None, "the procedure has no TTHC: {found:?}");
}

#[test]
fn steps_are_set_side_by_side_and_branched_by_a_button() {
    let source = Source {
        code: "QT".into(),
        steps: ["B1", "B2", "B3", "B4"].map(step).into(),
        ..Source::default()
    };
    let mut sheet = sheet_of(&source, &words(), Language::Vi);
    let press = |sheet: &mut Sheet, button: &str| apply(sheet, &Deed::parse(button).unwrap(), OUTCOMES);
    let column = |sheet: &Sheet, name: &str| {
        let cells = sheet.steps.iter().map(|step| step.cells[name].clone());
        cells.collect::<Vec<_>>()
    };
    press(&mut sheet, "steps.split.1");
    assert_eq!(column(&sheet, "parallel"), ["", "P1/a", "P1/b", ""]);
    // One more branch: the next free step, or an empty one at the end.
    press(&mut sheet, "steps.split.1");
    assert_eq!(column(&sheet, "parallel"), ["", "P1/a", "P1/b", "P1/c"]);
    press(&mut sheet, "steps.split.2");
    assert_eq!(column(&sheet, "parallel"), ["", "P1/a", "P1/b", "P1/c", "P1/d"]);
    press(&mut sheet, "steps.branch.0");
    press(&mut sheet, "steps.branch.0");
    assert_eq!(sheet.steps[0].cells["next"], "Đạt → B2\nKhông đạt → END-REFUSED");
    let next = &read(&sheet, &words()).source.steps[0].next;
    assert_eq!(next[1].outcome, "Không đạt");
    assert_eq!(next[1].to, "END-REFUSED");
    press(&mut sheet, "steps.branch.99");
    press(&mut sheet, "steps.split.99");
    assert_eq!(Deed::parse("forms.split.0"), None);
}

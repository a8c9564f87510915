//! Master lists: what stands in them on which day, as page, XLSX and CSV.

use crate::support::posted::posted_office;
use crate::support::{Reply, TestOffice};
use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use quytrinh::documents;
use quytrinh::lists::{self, Asked, Cell, List, MasterList};
use quytrinh::web::Failure;
use std::io::Cursor;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn gathered(office: &TestOffice, list: List, day: NaiveDate) -> Result<MasterList, Failure> {
    let asked = Asked {
        day,
        field: None,
        kind: None,
    };
    office.read(|work| lists::gather(work, list, &asked))
}

fn codes(list: &MasterList) -> Vec<String> {
    let first = |row: &lists::Row| row.cells[0].text(ToOwned::to_owned);
    list.rows.iter().map(first).collect()
}

/// The cells of the first sheet, line by line.
fn sheet(reply: &Reply) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(reply.bytes.clone())).expect("the file is a workbook");
    let name = book.sheet_names().first().expect("a sheet").clone();
    let range = book.worksheet_range(&name).expect("its cells");
    let formulas = book.worksheet_formula(&name).expect("its formulas");
    assert!(
        formulas.cells().all(|(_, _, formula)| formula.is_empty()),
        "no cell is a formula"
    );
    range.rows().map(<[Data]>::to_vec).collect()
}

#[actix_web::test]
async fn a_list_says_what_was_in_force_on_its_day() {
    let office = posted_office().await;
    let today = office.site.clock.today();
    let now = gathered(&office, List::Documents, today).unwrap();
    assert_eq!(codes(&now), ["QT.CT.01", "QT.HT.01"]);
    let birth = &now.rows[1];
    assert_eq!(birth.link, "/documents/QT.HT.01");
    assert_eq!(birth.cells[1], Cell::Text("Đăng ký khai sinh".to_owned()));
    assert_eq!(birth.cells[4..6], [Cell::Number(1), Cell::Number(0)]);
    let Cell::Text(approved) = &birth.cells[7] else {
        panic!("a text")
    };
    assert!(
        approved.contains("Ông/Bà") && approved.contains(", "),
        "who approved it, and as what: {approved}"
    );
    let Cell::Day(Some(from)) = birth.cells[6] else {
        panic!("a day")
    };
    // The day before it came into force nothing was; from that day on it is.
    assert_eq!(
        gathered(&office, List::Documents, from.pred_opt().unwrap())
            .unwrap()
            .rows,
        []
    );
    assert!(codes(&gathered(&office, List::Documents, from).unwrap()).contains(&"QT.HT.01".to_owned()));
    // What will be in force is not known yet.
    let refused = gathered(&office, List::Documents, today.succ_opt().unwrap()).unwrap_err();
    assert_eq!(refused.to_string(), "lists.day_to_come");
}

#[actix_web::test]
async fn a_withdrawn_document_leaves_the_list_but_not_the_lists_of_earlier_days() {
    let office = posted_office().await;
    let today = office.site.clock.today();
    let (fresh, id) = (
        office.confirmed("truongban"),
        office
            .read(|work| documents::document_by_code(work, "QT.HT.01"))
            .unwrap(),
    );
    office
        .act_as("truongban", move |work| {
            documents::withdraw(work, &fresh, &id, "Bãi bỏ")
        })
        .unwrap();
    assert_eq!(codes(&gathered(&office, List::Documents, today).unwrap()), ["QT.CT.01"]);
    let before = gathered(&office, List::Documents, today.pred_opt().unwrap()).unwrap();
    assert_eq!(codes(&before), ["QT.CT.01", "QT.HT.01"]);
}

#[actix_web::test]
async fn forms_and_records_are_gathered_from_the_documents_that_name_them() {
    let office = posted_office().await;
    let forms = gathered(&office, List::Forms, office.site.clock.today()).unwrap();
    let form = forms
        .rows
        .iter()
        .find(|row| row.cells[0] == Cell::Text("BM.HT.01.01".to_owned()));
    let form = form.expect("the form of the birth");
    assert_eq!(form.cells[1], Cell::Text("Mẫu tờ khai".to_owned()));
    assert_eq!(form.cells[2], Cell::Text("QT.HT.01".to_owned()));
    let visitor = office.sign_in("thuky").await;
    visitor
        .get("/lists/forms")
        .await
        .is(200)
        .says("BM.HT.01.01")
        .says("Mẫu tờ khai");
    visitor.get("/lists/records").await.is(200);
}

#[actix_web::test]
async fn the_sheet_is_read_back_as_it_was_gathered() {
    let office = posted_office().await;
    let visitor = office.sign_in("thuky").await;
    let reply = visitor.get("/lists/documents.xlsx").await;
    reply.is(200);
    assert!(reply.header("content-disposition").contains("documents-2026-11-"));
    let lines = sheet(&reply);
    assert_eq!(lines[0][0], Data::String("UBND xã Thử".to_owned()));
    assert_eq!(lines[1][0], Data::String("DANH MỤC TÀI LIỆU NỘI BỘ".to_owned()));
    let names: Vec<String> = lines[4].iter().map(ToString::to_string).collect();
    assert_eq!(names[..3], ["STT", "Mã tài liệu", "Tên tài liệu"]);
    let list = gathered(&office, List::Documents, office.site.clock.today()).unwrap();
    assert_eq!(lines.len(), 5 + list.rows.len());
    for (number, (line, row)) in lines[5..].iter().zip(&list.rows).enumerate() {
        assert_eq!(line[0].to_string(), (number + 1).to_string());
        assert_eq!(line[1].to_string(), row.cells[0].text(ToOwned::to_owned));
        assert_eq!(line[2].to_string(), row.cells[1].text(ToOwned::to_owned));
        let Cell::Day(Some(from)) = row.cells[6] else {
            panic!("a day")
        };
        let Data::DateTime(read) = &line[7] else {
            panic!("a date of the sheet: {:?}", line[7])
        };
        // Days since 30 December 1899, as sheets count them.
        let zero = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        assert_eq!(read.as_f64().to_string(), (from - zero).num_days().to_string());
    }
}

#[actix_web::test]
async fn what_looks_like_a_formula_stays_a_text_in_every_file() {
    let office = posted_office().await;
    let list = MasterList {
        columns: List::Records.columns(),
        rows: vec![lists::Row {
            link: "/documents/QT.01".to_owned(),
            cells: [
                "=HYPERLINK(\"http://x\")",
                "+1",
                "-2",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                "＝1",
            ]
            .map(|text| Cell::Text(text.to_owned()))
            .to_vec(),
        }],
    };
    let heading = lists::Heading {
        office: "=1+1".to_owned(),
        title: "@x".to_owned(),
        as_of: "+x".to_owned(),
    };
    let bytes = lists::xlsx_file(&list, &heading, ToOwned::to_owned).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(
        book.worksheet_formula(&name)
            .unwrap()
            .cells()
            .all(|(_, _, formula)| formula.is_empty())
    );
    let range = book.worksheet_range(&name).unwrap();
    assert_eq!(
        range.get_value((5, 1)),
        Some(&Data::String("=HYPERLINK(\"http://x\")".to_owned()))
    );
    let csv = lists::csv_file(&list, ToOwned::to_owned).unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_slice());
    for cell in reader.records().next().unwrap().unwrap().iter().skip(1) {
        assert!(cell.starts_with('\''), "{cell:?}");
    }
    let visitor = office.sign_in("thuky").await;
    let reply = visitor.get("/lists/documents.csv").await;
    reply.is(200);
    assert!(reply.bytes.starts_with("\u{feff}STT,Mã tài liệu,".as_bytes()));
    assert!(
        reply
            .text()
            .contains("QT.HT.01,Đăng ký khai sinh,Quy trình giải quyết TTHC,Hộ tịch,1,")
    );
}

#[actix_web::test]
async fn the_page_is_filtered_and_a_wrong_day_is_told() {
    let office = posted_office().await;
    let official = office.sign_in("thuky").await;
    official.get("/lists").await.is(200).says("lists.title.documents");
    let all = official.get("/lists/documents").await;
    all.is(200)
        .says("QT.HT.01")
        .says("QT.CT.01")
        .says("lists.title.documents");
    let births = official.get("/lists/documents?field=H%E1%BB%99+t%E1%BB%8Bch").await;
    births
        .is(200)
        .says("QT.HT.01")
        .lacks("QT.CT.01")
        .says("/lists/documents.xlsx?field=H%E1%BB%99%20t%E1%BB%8Bch");
    official
        .get("/lists/documents?kind=form")
        .await
        .is(200)
        .lacks("QT.HT.01")
        .says("lists.none");
    let old = format!("/lists/documents?day={}", day(1, 5));
    official.get(&old).await.is(200).lacks("QT.HT.01");
    for (wrong, said) in [
        ("2026-13-40", "lists.day_unreadable"),
        ("x", "lists.day_unreadable"),
        ("2099-01-01", "lists.day_to_come"),
    ] {
        let page = official.get(&format!("/lists/documents?day={wrong}")).await;
        page.is(422).says(said);
        assert_eq!(page.value_of("day"), Some(wrong), "what was typed is kept");
        official
            .get(&format!("/lists/documents.xlsx?day={wrong}"))
            .await
            .is(422);
    }
    office.stranger().get("/lists/documents").await.is(303);
}

#[actix_web::test]
async fn the_register_of_external_documents_is_a_list_and_every_list_is_a_paper() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    secretary.get("/lists/external").await.is(200).says("lists.none");
    let new = [
        ("sign", "60/2014/QH13"),
        ("title", "Luật Hộ tịch"),
        ("issuer", "Quốc hội"),
    ];
    secretary.post("/law/new", &new).await.is(303);
    let page = secretary.get("/lists/external?kind=form&field=x").await;
    page.is(200).says("60/2014/QH13").says("lists.column.issuer");
    let table = secretary.get("/lists/external.csv").await;
    table.is(200).says("60/2014/QH13");
    assert_eq!(table.text().lines().count(), 2);
    for list in List::ALL {
        let paper = secretary.get(&format!("/lists/{list}.pdf")).await;
        paper.is(200);
        assert_eq!(paper.header("content-type"), "application/pdf");
        assert!(paper.bytes.starts_with(b"%PDF-1."), "{list}");
    }
    office.stranger().get("/lists/external.pdf").await.is(303);
}

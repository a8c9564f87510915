//! The catalogue of administrative procedures: brought in whole or not at all, and held against the procedures in force.

use crate::support::posted::{day, posted_office};
use crate::support::{Reply, TestOffice, Visitor};
use diesel::connection::SimpleConnection;
use quytrinh::tthc::{self, Level, NewEntry, Reception, State, StrayReason};

const LIST: &str = "Mã TTHC;Tên thủ tục;Lĩnh vực;Quyết định công bố;Hiệu lực từ ngày\n\
    1.001193;Đăng ký khai sinh;Hộ tịch;12/QĐ-UBND;01/07/2025\n\
    1.004873;Cấp giấy xác nhận tình trạng hôn nhân;Hộ tịch;12/QĐ-UBND;01/07/2025\n\
    2.000815;Chứng thực bản sao từ bản chính;Chứng thực;15/QĐ-UBND;\n";

fn entry(code: &str) -> NewEntry {
    NewEntry {
        code: code.to_owned(),
        name: format!("Thủ tục {code}"),
        field: "Hộ tịch".to_owned(),
        level: Level::Commune,
        reception: Reception::OneStop,
        decision_no: "12/QĐ-UBND".to_owned(),
        valid_from: None,
        ended_from: None,
        end_decision_no: String::new(),
    }
}

/// An entry of the catalogue, for a walk through all doors.
pub fn one(office: &TestOffice) {
    office.act(|work| tthc::add(work, &entry("1.001193"))).unwrap();
}

async fn bring(visitor: &Visitor, name: &str, bytes: &[u8]) -> Reply {
    visitor.get("/tthc/import").await.is(200);
    visitor.post_files("/tthc/import", &[], &[("file", name, bytes)]).await
}

#[actix_web::test]
async fn a_list_comes_in_whole_and_its_coverage_is_shown() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    secretary
        .get("/tthc")
        .await
        .is(200)
        .says("tthc.empty")
        .says("QT.HT.01")
        .says("tthc.strays.unknown");
    let done = bring(&secretary, "danh-muc.csv", LIST.as_bytes()).await;
    done.is(200).says("Đã thêm 3 thủ tục, sửa 0, giữ nguyên 0.");
    let page = secretary.get("/tthc").await;
    page.is(200)
        .says("66 %")
        .says("2/3 TTHC đang hiệu lực")
        .says("50 %")
        .lacks("tthc.strays.add");
    let open = secretary.get("/tthc?state=uncovered").await;
    open.says("1.004873").lacks("2.000815");
    secretary.get("/").await.is(200).says("1 TTHC chưa có quy trình");
    let found = office.read(tthc::coverage).unwrap();
    let row = found.rows.iter().find(|row| row.entry.code == "1.001193").unwrap();
    assert_eq!(
        (row.state, row.procedures[0].code.as_str()),
        (State::Covered, "QT.HT.01")
    );
    assert_eq!(row.entry.valid_from, chrono::NaiveDate::from_ymd_opt(2025, 7, 1));
    let table = secretary.get("/tthc/list.csv").await;
    assert_eq!(table.is(200).header("content-type"), "text/csv; charset=utf-8");
    table.says("1.001193,Đăng ký khai sinh,Hộ tịch,Cấp xã,Một cửa,12/QĐ-UBND,01/07/2025");
    let again = bring(&secretary, "danh-muc.csv", &table.bytes).await;
    again.is(409).says("tthc.refused.nothing_new");
}

#[actix_web::test]
async fn a_list_with_one_fault_changes_nothing_and_names_the_line() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    bring(&secretary, "a.csv", LIST.as_bytes()).await.is(200);
    let before = office.digest();
    let broken = LIST
        .replace("15/QĐ-UBND;", "15/QĐ-UBND;31/02/2026")
        .replace("Đăng ký khai sinh", "Khác");
    let reply = bring(&secretary, "a.csv", broken.as_bytes()).await;
    reply
        .is(422)
        .says("Tệp có 1 lỗi")
        .says("31/02/2026")
        .says("tthc.refused.day")
        .says(">4<");
    for (bytes, word) in [
        (b"PK\x03\x04".as_slice(), "tthc.refused.broken_file"),
        (b"\xd0\xcf\x11\xe0\x00", "tthc.refused.other_file"),
        (b"a,b\n1,2\n", "tthc.refused.no_head"),
    ] {
        bring(&secretary, "a.xlsx", bytes).await.is(422).says(word);
    }
    secretary
        .post_files("/tthc/import", &[], &[])
        .await
        .is(422)
        .says("tthc.refused.no_file");
    assert_eq!(office.digest(), before);
}

#[actix_web::test]
async fn a_book_of_a_spreadsheet_comes_in_like_a_table() {
    let office = posted_office().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in LIST.lines().enumerate() {
        for (column, text) in cells.split(';').enumerate() {
            let (row, column) = (u32::try_from(row + 2).unwrap(), u16::try_from(column + 1).unwrap());
            if row > 2 && column == 5 && !text.is_empty() {
                sheet.write(row, column, 45_839).unwrap();
            } else {
                sheet.write(row, column, text).unwrap();
            }
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let secretary = office.sign_in("thuky").await;
    bring(&secretary, "danh-muc.xlsx", &bytes)
        .await
        .is(200)
        .says("Đã thêm 3 thủ tục");
    let same = bring(&secretary, "danh-muc.csv", LIST.as_bytes()).await;
    same.is(409).says("tthc.refused.nothing_new");
}

#[actix_web::test]
async fn what_has_ended_counts_for_nothing_and_the_procedure_that_names_it_is_told() {
    let office = posted_office().await;
    one(&office);
    let secretary = office.sign_in("thuky").await;
    let path = "/tthc/entries/1.001193";
    secretary.get(path).await.is(200).says("Thủ tục 1.001193");
    let fields = |version: &'static str, ended: &'static str, decision: &'static str| {
        [
            ("row_version", version),
            ("name", "Đăng ký khai sinh"),
            ("field", "Hộ tịch"),
            ("level", "commune"),
            ("reception", "linked"),
            ("ended_from", ended),
            ("end_decision_no", decision),
        ]
    };
    let wrong = secretary.post(path, &fields("1", "", "9/QĐ-UBND")).await;
    wrong.is(422).says("tthc.refused.no_end").says("Đăng ký khai sinh");
    secretary
        .post(path, &fields("1", "2026-11-23", "9/QĐ-UBND"))
        .await
        .leads_to("/tthc");
    secretary
        .post(path, &fields("1", "2026-11-24", ""))
        .await
        .is(409)
        .says("tthc.refused.stale");
    let found = office.read(tthc::coverage).unwrap();
    assert_eq!(found.rows[0].state, State::Ended);
    assert_eq!(found.figures.in_force, 0);
    let strays: Vec<_> = found
        .strays
        .iter()
        .map(|one| (one.procedure.code.as_str(), one.reason))
        .collect();
    assert_eq!(
        strays,
        [("QT.CT.01", StrayReason::Unknown), ("QT.HT.01", StrayReason::Ended)]
    );
    assert_eq!(found.strays[1].ended_from, Some(day(23)));
    secretary.get("/tthc").await.says("TTHC hết hiệu lực từ 23/11/2026");
}

#[actix_web::test]
async fn everybody_reads_the_catalogue_and_the_committee_keeps_it() {
    let office = posted_office().await;
    one(&office);
    let official = office.sign_in("tuphap").await;
    official
        .get("/tthc")
        .await
        .is(200)
        .says("1.001193")
        .lacks("/tthc/entries/");
    official.get("/tthc/new").await.is(403);
    official.post("/tthc/entries/1.001193", &[]).await.is(403);
    let secretary = office.sign_in("thuky").await;
    secretary.get("/tthc/new?code=2.000815").await.is(200).says("2.000815");
    let taken = [
        ("code", "1.001193"),
        ("name", "A"),
        ("field", "B"),
        ("level", "commune"),
        ("reception", "one_stop"),
    ];
    secretary
        .post("/tthc/new", &taken)
        .await
        .is(409)
        .says("đã có trong danh mục");
    secretary
        .post("/tthc/new", &[("code", "mã lạ")])
        .await
        .is(422)
        .says("form.needed");
    secretary.get("/tthc/entries/9.9").await.is(404);
}

#[actix_web::test]
async fn the_database_keeps_codes_and_the_order_of_days() {
    let office = posted_office().await;
    one(&office);
    let said = |sql: &str| {
        let mut conn = office.connect();
        conn.batch_execute("BEGIN").unwrap();
        let said = conn
            .batch_execute(sql)
            .err()
            .map(|cause| cause.to_string().to_lowercase());
        conn.batch_execute("ROLLBACK").unwrap();
        said
    };
    let set = |what: &str| format!("UPDATE administrative_procedures SET row_version = row_version + 1, {what}");
    assert_eq!(said(&set("name = 'Khác'")), None);
    for (sql, why) in [
        ("DELETE FROM administrative_procedures".to_owned(), ""),
        (set("code = '9'"), "never changes"),
        (
            "UPDATE administrative_procedures SET name = 'x'".to_owned(),
            "never changes",
        ),
        (set("level = 'moon'"), "check"),
        (set("end_decision_no = '9'"), "check"),
        (set("valid_from = '2026-02-02', ended_from = '2026-02-01'"), "check"),
    ] {
        let said = said(&sql).unwrap_or_else(|| panic!("the database did it: {sql}"));
        assert!(said.contains(why), "{sql}: {said}");
    }
}

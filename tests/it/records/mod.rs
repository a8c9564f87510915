//! Forms filled on a screen: at the steps of cases and outside of them, corrected, listed, printed, and kept by the
//! database.

mod filling;
mod kept;

use crate::support::posted::{assign_births, at, day, document, issue, perform, posted_office, receive};
use crate::support::{Reply, TestOffice};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use quytrinh::cases;
use quytrinh::documents::{self, Meaning, Needs, NewStage};
use quytrinh::kernel::VersionId;
use quytrinh::people;
use quytrinh::procedures::Kind;
use quytrinh::records::{self, Filling, NotKept};
use quytrinh::web::Failure;

/// The form that the first step of a birth names: a declaration, with a table and a rule that looks at another blank.
const DECLARATION: &str = r#"+++
code = "BM.HT.01.01"
kind = "form"
title = "Tờ khai đăng ký khai sinh"

[[inputs]]
code = "nguoi_khai"
label = "Người khai"
kind = "short_text"
rules = ["required", "personal", "from applicant_name"]

[[inputs]]
code = "ma_ho_so"
label = "Mã hồ sơ"
kind = "short_text"
rules = ["from case_code"]

[[inputs]]
code = "ngay_sinh"
label = "Ngày sinh của trẻ"
kind = "date"
rules = ["required", "not_in_future"]

[[inputs]]
code = "noi_sinh"
label = "Nơi sinh"
kind = "choice"
options = ["Cơ sở y tế", "Khác"]
rules = ["required"]

[[inputs]]
code = "noi_khac"
label = "Nơi khác"
kind = "short_text"
rules = ["required_when noi_sinh = Khác"]

[[inputs]]
code = "nguoi_than"
label = "Người thân"
kind = "table"

[[inputs]]
code = "ten"
label = "Họ tên"
kind = "short_text"
within = "nguoi_than"
rules = ["required", "personal"]

[[inputs]]
code = "quan_he"
label = "Quan hệ"
kind = "choice"
within = "nguoi_than"
options = ["Cha", "Mẹ", "=HYPERLINK(1)"]
+++
## TỜ KHAI
"#;

/// A form outside of cases.
const REPORT: &str = r#"+++
code = "BM.QT.04.01"
kind = "form"
title = "Phiếu sự không phù hợp"

[[inputs]]
code = "mo_ta"
label = "Mô tả"
kind = "long_text"
rules = ["required", "shortest 10"]

[[inputs]]
code = "so_lan"
label = "Số lần"
kind = "number"
rules = ["whole", "min 1"]
+++
## PHIẾU
"#;

/// A form that is only printed.
const PRINTED: &str = "+++\ncode = \"BM.MC.07\"\nkind = \"form\"\ntitle = \"Sổ theo dõi\"\n+++\n| TT |\n|---|\n| … |\n";

/// The office with its forms in force since 20 November; it is the 23rd.
async fn office() -> TestOffice {
    let office = posted_office().await;
    let stage = |meaning, code: &str| NewStage {
        meaning,
        needs: Needs::Any,
        positions: vec![office.read(|work| people::position_by_code(work, code)).unwrap().id],
        days: None,
    };
    let stages = vec![stage(Meaning::Review, "PTB"), stage(Meaning::Approve, "TB")];
    let set = office.act_as("truongban", move |work| documents::set_route(work, Kind::Form, &stages));
    set.unwrap();
    office.set_time(at(20, 8));
    for text in [DECLARATION, REPORT, PRINTED] {
        let version = office
            .act_as("thuky", move |work| documents::create(work, text))
            .unwrap();
        issue(&office, &version, day(20));
    }
    assign_births(&office);
    office.set_time(at(23, 9));
    office
}

/// Issues the next version of a form with another text.
fn amend(office: &TestOffice, code: &str, change: impl FnOnce(&str) -> String + Send + 'static) -> VersionId {
    let document = document(office, code);
    let version = office.act_as("thuky", move |work| {
        let version = documents::open_draft(work, &document)?;
        let head = documents::head(work, &version)?;
        let text = change(&documents::content_of(work, &version)?.text);
        documents::save(work, &version, head.row_version, &text)?;
        Ok(version)
    });
    let version = version.unwrap();
    issue(office, &version, day(23));
    version
}

fn filling(office: &TestOffice, form: &str, typed: &[(&str, &str)]) -> Filling {
    let found = office.read(|work| records::form_in_force(work, form)).unwrap();
    Filling {
        form: form.to_owned(),
        seen_sha256: found.head.content_sha256,
        typed: typed
            .iter()
            .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
            .collect(),
        ..Filling::default()
    }
}

const GOOD: [(&str, &str); 2] = [("in.mo_ta", "Không có dấu ngày nhận"), ("in.so_lan", "3")];

fn fill(office: &TestOffice, username: &str, filling: Filling) -> Result<String, Failure> {
    office.act_as(username, move |work| {
        records::fill(work, &filling).map_err(|why| match why {
            NotKept::Failed(failure) => failure,
            NotKept::Slips(slips) => panic!("{slips:?}"),
        })
    })
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>, status: u16, key: &str) {
    let failure = answer.unwrap_err();
    let found = actix_web::ResponseError::status_code(&failure).as_u16();
    assert_eq!((found, failure.to_string().as_str()), (status, key));
}

fn sha_of(page: &Reply) -> String {
    page.value_of("seen_sha256").unwrap().to_owned()
}

/// Everything that the ledger says.
fn ledger(office: &TestOffice) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let rows: Vec<Row> = diesel::sql_query("SELECT act || ' ' || details AS text FROM ledger ORDER BY seq")
        .load(&mut office.connect())
        .unwrap();
    rows.into_iter().map(|row| row.text).collect::<Vec<_>>().join("\n")
}

/// A form, brought into force in an office of another test.
pub(crate) fn bring_form(office: &TestOffice, text: &'static str) {
    office.set_time(crate::cases::at(12, 8, 0));
    let stage = |meaning, code: &str| NewStage {
        meaning,
        needs: Needs::Any,
        positions: vec![office.read(|work| people::position_by_code(work, code)).unwrap().id],
        days: None,
    };
    let stages = vec![stage(Meaning::Review, "TK"), stage(Meaning::Approve, "TB")];
    let set = office.act_as("truongban", move |work| documents::set_route(work, Kind::Form, &stages));
    set.unwrap();
    let version = office
        .act_as("thuky", move |work| documents::create(work, text))
        .unwrap();
    crate::cases::bring_into_force(office, &version, crate::cases::day(13));
}

/// A record of a form outside of cases: its code.
pub(crate) fn fill_form(office: &TestOffice, username: &str, form: &str, typed: &[(&str, &str)]) -> String {
    fill(office, username, filling(office, form, typed)).unwrap()
}

/// A form outside of cases, brought into force in an office of another test, and a record of it: its code.
pub(crate) fn one_of(office: &TestOffice) -> String {
    bring_form(office, REPORT);
    let typed = [("in.mo_ta", "Điều bí mật đã điền vào phiếu")];
    fill_form(office, "danhgia", "BM.QT.04.01", &typed)
}

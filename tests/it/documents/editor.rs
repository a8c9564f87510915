//! The editor of a version, used as a browser without scripts uses it.

use super::{create, head, office};
use crate::support::{Reply, TestOffice, Visitor};
use quytrinh::documents;
use quytrinh::procedures::{RoleCatalogue, RoleEntry};

/// The fields of the editor's form as a browser would send them back.
pub(crate) fn fields(page: &Reply) -> Vec<(String, String)> {
    let html = String::from_utf8_lossy(&page.bytes).into_owned();
    let (_, form) = html.split_once("id=\"editor\"").expect("the editor is there");
    let (form, _) = form.split_once("</form>").unwrap();
    let value = |tag: &str, name: &str| {
        let (_, after) = tag.split_once(&format!("{name}=\""))?;
        after.split_once('"').map(|(value, _)| plain(value))
    };
    let mut fields = Vec::new();
    for part in form.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let Some(name) = value(tag, " name") else { continue };
        if tag.starts_with("input") && (!tag.contains("checkbox") || tag.contains(" checked")) {
            fields.push((name, value(tag, " value").unwrap_or_default()));
        } else if tag.starts_with("textarea") {
            fields.push((name, plain(text.strip_prefix('\n').unwrap_or(text))));
        } else if tag.starts_with("select") {
            fields.push((name, String::new()));
        }
    }
    fields.retain(|(name, _)| name != "csrf" && name != "key");
    fields
}

pub(super) fn plain(html: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    entities
        .iter()
        .fold(html.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

pub(crate) fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => value.clone_into(old),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
}

pub(crate) async fn press(person: &Visitor, path: &str, fields: &[(String, String)], button: &str) -> Reply {
    let mut sent: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    sent.push(("do", button));
    person.post(path, &sent).await
}

fn add_roles(office: &TestOffice) {
    let entry = |code: &str, name: &str| RoleEntry {
        code: code.into(),
        name: name.into(),
        ..RoleEntry::default()
    };
    let roles = vec![
        entry("motcua", "Công chức một cửa"),
        entry("tphth", "Công chức Tư pháp"),
    ];
    office
        .act(move |work| documents::add_roles(work, &RoleCatalogue { roles }))
        .unwrap();
}

/// A procedure made on the page for new documents, and the path of its version.
async fn new_procedure(secretary: &Visitor) -> String {
    secretary.get("/documents/new").await.is(200);
    let sent = [
        ("kind", "work_procedure"),
        ("code", "QT.HT.09"),
        ("title", "Đăng ký khai sinh"),
        ("field", "Hộ tịch"),
        ("tthc_code", "1.001193"),
    ];
    let made = secretary.post("/documents/new", &sent).await;
    made.is(303);
    let path = made
        .location()
        .split(['?', '#'])
        .next()
        .unwrap()
        .trim_end_matches("/edit")
        .to_owned();
    assert!(path.starts_with("/versions/"), "{path}");
    path
}

#[actix_web::test]
async fn a_secretary_writes_a_procedure_row_by_row() {
    let office = office().await;
    add_roles(&office);
    let secretary = office.sign_in("thuky").await;
    let path = new_procedure(&secretary).await;
    let edit = format!("{path}/edit");
    let page = secretary.get(&edit).await;
    page.is(200)
        .says("documents.editor.steps_hint")
        .says("check.step-without-role");
    let mut typed = fields(&page);
    set(&mut typed, "steps.0.roles", "motcua");
    set(&mut typed, "steps.0.time.0", "0,5 ngày làm việc");
    set(&mut typed, "steps.1.roles", "motcua");
    set(&mut typed, "steps.1.name", "Trả kết quả & thu lệ phí");
    // Adding a row and moving it keeps what was typed, and saves nothing.
    let page = press(&secretary, &edit, &typed, "steps.insert.0").await;
    page.is(200);
    let mut typed = fields(&page);
    assert!(
        typed.contains(&("steps.0.time.0".into(), "0,5 ngày làm việc".into())),
        "{typed:?}"
    );
    assert!(
        typed.contains(&("steps.2.name".into(), "Trả kết quả & thu lệ phí".into())),
        "{typed:?}"
    );
    set(&mut typed, "steps.0.roles", "motcua");
    set(&mut typed, "steps.1.code", "B1a");
    set(&mut typed, "steps.1.name", "Thẩm tra");
    set(&mut typed, "steps.1.roles", "tphth");
    set(&mut typed, "steps.1.next", "Đạt -> B2\nKhông đạt -> END-REFUSED");
    set(&mut typed, "steps.2.roles", "motcua");
    press(&secretary, &edit, &typed, "check")
        .await
        .is(200)
        .says("documents.check.clean");
    press(&secretary, &edit, &typed, "save").await.leads_to(&edit);
    let shown = secretary.get(&path).await;
    shown
        .is(200)
        .says("Thẩm tra")
        .says("Công chức Tư pháp")
        .says("<svg")
        .says("documents.submit.button");
    let source = secretary.get(&format!("{path}/source")).await;
    source
        .is(200)
        .says("next = [{ outcome = \"Đạt\", to = \"B2\" }")
        .says("time = \"0.5 working_day\"");
    assert!(source.header("content-disposition").contains("QT.HT.09.v1.md"));
}

#[actix_web::test]
async fn a_stale_form_answers_409_and_keeps_what_was_typed() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let edit = format!("/versions/{version}/edit");
    let (one, other) = (office.sign_in("thuky").await, office.sign_in("thanhvien").await);
    let mut mine = fields(&one.get(&edit).await);
    let mut theirs = fields(&other.get(&edit).await);
    set(&mut theirs, "title", "Chính sách của người kia");
    press(&other, &edit, &theirs, "save").await.leads_to(&edit);
    set(&mut mine, "title", "Chính sách của tôi");
    let page = press(&one, &edit, &mine, "save").await;
    page.is(409)
        .says("documents.editor.stale_title")
        .says("Chính sách của người kia")
        .says("documents.stale");
    assert_eq!(page.value_of("title"), Some("Chính sách của tôi"));
    // Having seen theirs, saving again is a decision.
    press(&one, &edit, &fields(&page), "save").await.leads_to(&edit);
    assert_eq!(head(&office, &version).title, "Chính sách của tôi");
}

#[actix_web::test]
async fn a_number_that_is_none_is_refused_and_kept() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let secretary = office.sign_in("thuky").await;
    let edit = format!("/versions/{version}/edit");
    let mut typed = fields(&secretary.get(&edit).await);
    set(&mut typed, "review_months", "mười hai");
    let page = press(&secretary, &edit, &typed, "save").await;
    page.is(422).says("documents.editor.slips").says("“mười hai”");
    assert_eq!(page.value_of("review_months"), Some("mười hai"));
}

#[actix_web::test]
async fn what_is_typed_is_kept_for_its_writer_until_it_is_saved_or_thrown_away() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let edit = format!("/versions/{version}/edit");
    let (one, other) = (office.sign_in("thuky").await, office.sign_in("thanhvien").await);
    let path = format!("/versions/{version}/typing");
    let send = async |person: &Visitor, typed: &[(String, String)]| {
        let sent: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (&**name, &**value)).collect();
        person.post(&path, &sent).await
    };
    let mut mine = fields(&one.get(&edit).await);
    set(&mut mine, "title", "Chính sách đang viết dở");
    // Even what could not be saved is kept as it was typed.
    set(&mut mine, "review_months", "mười hai");
    send(&one, &mine).await.is(200).says("documents.editor.kept_at");
    assert_ne!(
        head(&office, &version).title,
        "Chính sách đang viết dở",
        "keeping is not saving"
    );
    let page = one.get(&edit).await;
    page.is(200).says("documents.editor.kept_lead");
    assert_ne!(page.value_of("title"), Some("Chính sách đang viết dở"));
    let page = one.get(&format!("{edit}?typed=1")).await;
    page.is(200);
    assert_eq!(page.value_of("title"), Some("Chính sách đang viết dở"));
    assert_eq!(page.value_of("review_months"), Some("mười hai"));
    // The other writer sees that somebody types, and nothing of what.
    let theirs = other.get(&format!("{edit}?typed=1")).await;
    theirs.is(200).says("documents.editor.other");
    assert!(!theirs.text().contains("đang viết dở"));
    // Saved by the other meanwhile: going on with the old typing is told as a conflict, with both texts.
    let mut other_fields = fields(&theirs);
    set(&mut other_fields, "title", "Chính sách của người kia");
    press(&other, &edit, &other_fields, "save").await.leads_to(&edit);
    let mut again = fields(&one.get(&format!("{edit}?typed=1")).await);
    set(&mut again, "review_months", "12");
    let conflict = press(&one, &edit, &again, "save").await;
    conflict.is(409).says("Chính sách của người kia");
    press(&one, &edit, &fields(&conflict), "save").await.leads_to(&edit);
    assert!(
        !one.get(&edit).await.text().contains("?typed=1"),
        "what is saved is not kept beside"
    );
    // Thrown away.
    send(&one, &mine).await.is(200);
    one.post(&format!("/versions/{version}/typing/forget"), &[])
        .await
        .leads_to(&edit);
    one.post(&format!("/versions/{version}/typing/forget"), &[])
        .await
        .is(404);
    // Nothing is kept of a version that is no draft any more, or by somebody who may not write.
    let reader = office.sign_in("canbo").await;
    send(&reader, &mine).await.is(403);
    office
        .act_as("thuky", move |work| {
            let row = documents::head(work, &version)?.row_version;
            documents::cancel(work, &version, row)
        })
        .unwrap();
    send(&one, &mine).await.is(409);
}

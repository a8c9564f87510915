//! Attached files.

use super::editor::{fields, press, set};
use super::{approve, create, head, office, refused, submit, text};
use quytrinh::documents;
use quytrinh::web::Failure;

#[actix_web::test]
async fn a_file_is_attached_once_under_its_hash() {
    let office = office().await;
    let attach = |username: &str, bytes: &'static [u8]| {
        let dir = office.site.files.clone();
        office.act_as(username, move |work| documents::attach(work, &dir, bytes))
    };
    let hash = attach("thuky", b"%PDF-1.7 to khai").unwrap();
    assert_eq!(attach("thanhvien", b"%PDF-1.7 to khai").unwrap(), hash);
    let file = office.read(|work| documents::attached(work, &hash)).unwrap();
    assert_eq!((file.media_type.as_str(), file.bytes), ("application/pdf", 16));
    assert_eq!(
        documents::read_file(&office.site.files, &hash).unwrap(),
        b"%PDF-1.7 to khai"
    );
    refused(attach("canbo", b"%PDF-1.7"), 403, "failure.permission.write_documents");
    refused(attach("thuky", b"<script>"), 422, "documents.refused.file_type");
    let other = "0".repeat(64);
    assert!(matches!(
        office.read(|work| documents::attached(work, &other)),
        Err(Failure::NotFound)
    ));
}

#[actix_web::test]
async fn a_file_larger_than_25_mib_is_refused() {
    let office = office().await;
    let dir = office.site.files.clone();
    let mut bytes = b"%PDF-1.7".to_vec();
    bytes.resize((25 << 20) + 1, b' ');
    let attached = office.act_as("thuky", move |work| documents::attach(work, &dir, &bytes));
    assert!(matches!(attached, Err(Failure::TooLarge)), "{attached:?}");
}

#[actix_web::test]
async fn a_document_whose_content_is_a_file_goes_through_the_same_approvals() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let (edit, page) = (format!("/versions/{version}/edit"), format!("/versions/{version}"));
    let secretary = office.sign_in("thuky").await;
    let text_only = head(&office, &version).content_sha256;
    let attach = async |bytes: &[u8]| {
        let row = head(&office, &version).row_version.to_string();
        let fields = [("form", "*"), ("row_version", row.as_str())];
        let files = [("file", "Chính sách chất lượng.pdf", bytes)];
        secretary.post_files(&format!("{page}/files"), &fields, &files).await
    };
    attach(b"%PDF-1.7 ban dau").await.leads_to(&edit);
    let first = head(&office, &version).content_sha256;
    attach(b"%PDF-1.7 ban sua").await.leads_to(&edit);
    let second = head(&office, &version).content_sha256;
    assert!(
        text_only != first && first != second,
        "what is signed depends on the bytes of the file"
    );
    secretary.get(&edit).await.is(200).says("Chính sách chất lượng.pdf");
    // Saving the editor keeps the file; it can be dropped and taken again.
    let typed = fields(&secretary.get(&edit).await);
    press(&secretary, &edit, &typed, "save").await.leads_to(&edit);
    assert_eq!(head(&office, &version).content_sha256, second);
    let mut dropping = fields(&secretary.get(&edit).await);
    set(&mut dropping, "file.drop", "1");
    press(&secretary, &edit, &dropping, "save").await.leads_to(&edit);
    assert_eq!(head(&office, &version).content_sha256, text_only);
    attach(b"%PDF-1.7 ban sua").await.leads_to(&edit);
    assert_eq!(
        approve(&office, &version, office.actor("thuky").today()),
        documents::Stage::Effective
    );
    // A reader takes exactly these bytes, under the name of the file.
    let reader = office.sign_in("canbo").await;
    let shown = reader.get("/documents/CSCL").await;
    shown.is(200).says("documents.file.content");
    let link = shown
        .text()
        .split("href=\"")
        .find(|part| part.starts_with("/files/"))
        .unwrap()
        .to_owned();
    let link = link.split('"').next().unwrap();
    let file = reader.get(&link.replace("&amp;", "&")).await;
    file.is(200);
    assert_eq!(file.bytes, b"%PDF-1.7 ban sua");
    assert!(
        file.header("content-disposition").contains("Ch%C3%ADnh"),
        "{}",
        file.header("content-disposition")
    );
}

#[actix_web::test]
async fn a_text_that_names_a_file_that_is_not_there_is_not_submitted() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let named = text("CSCL", "Chính sách").replacen(
        "\n+++\n",
        &format!("\nfile = \"sha256:{}\"\nfile_name = \"a.pdf\"\n+++\n", "b".repeat(64)),
        1,
    );
    super::save(&office, "thuky", &version, &named).unwrap();
    let today = office.actor("thuky").today();
    refused(
        submit(&office, "thuky", &version, today),
        422,
        "documents.refused.file_missing",
    );
}

#[actix_web::test]
async fn the_files_of_forms_travel_with_the_archive_and_come_back_byte_for_byte() {
    let first = office().await;
    let file = b"%PDF-1.7 to khai dang ky".to_vec();
    let (dir, bytes) = (first.site.files.clone(), file.clone());
    let sha = first
        .act_as("thuky", move |work| documents::attach(work, &dir, &bytes))
        .unwrap();
    let text = format!(
        "+++\ncode = \"QT.A.01\"\nkind = \"quality_policy\"\ntitle = \"A\"\n\n[[forms]]\ncode = \"BM.A.01\"\nname = \"Tờ khai\"\n\
         file = \"sha256:{sha}\"\nfile_name = \"to-khai.pdf\"\n\n[[forms]]\ncode = \"BM.A.02\"\nname = \"Không có tệp ở đây\"\n\
         file = \"sha256:{}\"\n+++\nThân.\n",
        "0".repeat(64)
    );
    first
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    let secretary = first.sign_in("thuky").await;
    let whole = secretary.get("/documents/archive?versions=all").await;
    let bare = secretary.get("/documents/archive?versions=all&files=none").await;
    assert!(whole.is(200).bytes.len() > bare.is(200).bytes.len());
    let holds = |bytes: &[u8], name: &str| bytes.windows(name.len()).any(|part| part == name.as_bytes());
    assert!(holds(&whole.bytes, &format!("files/{sha}")) && !holds(&bare.bytes, "files/"));
    let other = office().await;
    let keeper = other.sign_in("thuky").await;
    keeper.get("/documents/import").await;
    let files = [("archive", "kho.zip", whole.bytes.as_slice())];
    keeper.post_files("/documents/archive", &[], &files).await.is(303);
    assert_eq!(documents::read_file(&other.site.files, &sha).unwrap(), file);
    assert_eq!(keeper.get(&format!("/files/{sha}")).await.bytes, file);
    assert_eq!(keeper.get("/documents/archive?versions=all").await.bytes, whole.bytes);
    // The bytes of a file that are not those of its hash keep everything out.
    let mut archive = whole.bytes.clone();
    let at = archive.windows(64).rposition(|part| part == sha.as_bytes()).unwrap();
    archive[at] = if archive[at] == b'a' { b'b' } else { b'a' };
    let third = office().await;
    let keeper = third.sign_in("thuky").await;
    keeper.get("/documents/import").await;
    let files = [("archive", "kho.zip", archive.as_slice())];
    keeper.post_files("/documents/archive", &[], &files).await.is(422);
    assert!(
        documents::read_file(&third.site.files, &sha).is_err(),
        "nothing is kept"
    );
}

#[actix_web::test]
async fn a_file_that_the_disk_lost_or_damaged_is_named_on_a_page_that_says_what_to_do() {
    let office = office().await;
    let dir = office.site.files.clone();
    let sha = office
        .act_as("thuky", move |work| {
            documents::attach(work, &dir, b"%PDF-1.7 don de nghi")
        })
        .unwrap();
    let text = format!(
        "+++\ncode = \"QT.A.01\"\nkind = \"quality_policy\"\ntitle = \"A\"\n\n[[forms]]\ncode = \"BM.A.01\"\nname = \"Đơn\"\n\
         file = \"sha256:{sha}\"\nfile_name = \"don.pdf\"\n+++\nThân.\n"
    );
    office
        .act_as("thuky", move |work| documents::create(work, &text))
        .unwrap();
    let secretary = office.sign_in("thuky").await;
    let path = format!("/files/{sha}?name=don.pdf");
    let place = documents::file_place(&office.site.files, &sha).unwrap();
    let whole = std::fs::read(&place).unwrap();
    let is_lost = |page: &crate::support::Reply| {
        page.is(503).says("failure.file_lost").says("failure.title.file_lost");
        page.says(&sha).says("quytrinh restore");
        assert_eq!(page.header("retry-after"), "", "it does not come back by itself");
    };
    for lost in [None, Some(b"%PDF-1.7 cai khac".as_slice())] {
        std::fs::remove_file(&place).unwrap();
        if let Some(bytes) = lost {
            std::fs::write(&place, bytes).unwrap();
        }
        is_lost(secretary.get(&path).await.says("don.pdf"));
        is_lost(&secretary.get("/documents/archive?versions=all").await);
        secretary.get("/documents/QT.A.01").await;
        secretary.get("/documents").await.is(200);
        std::fs::write(&place, &whole).unwrap();
        assert_eq!(secretary.get(&path).await.is(200).bytes, whole, "put back");
    }
}

//! Attached files.

use super::{office, refused};
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

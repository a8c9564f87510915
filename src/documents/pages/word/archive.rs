//! All procedure files and the files that they name as one archive, out and in.

use super::list::refused;
use crate::documents::actions::archive::{Wanted, export_archive, import_archive};
use crate::web::{Desk, Failure, Say, Uploads};
use actix_web::HttpResponse;
use actix_web::http::header;

pub(in crate::documents) async fn export(desk: Desk) -> Result<HttpResponse, Failure> {
    let query = desk.query();
    let wanted = Wanted {
        all_versions: query.get("versions").is_some_and(|text| text == "all"),
        without_files: query.get("files").is_some_and(|text| text == "none"),
    };
    let dir = desk.site().files.clone();
    let bytes = desk.read(move |work| export_archive(work, &dir, wanted)).await?;
    let name = if wanted.all_versions {
        "quytrinh-all.zip"
    } else {
        "quytrinh-effective.zip"
    };
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

pub(in crate::documents) async fn import(desk: Desk, sent: Uploads) -> Result<HttpResponse, Failure> {
    let mut files = sent.files.into_iter();
    let Some(file) = files.find(|file| file.field == "archive" && !file.bytes.is_empty()) else {
        return refused(&desk, Failure::Invalid(Say::new("docx.archive.refused.no_file"))).await;
    };
    let dir = desk.site().files.clone();
    match desk
        .try_change(move |work| import_archive(work, &dir, &file.bytes))
        .await?
    {
        Ok(_) => Ok(desk.done("/documents", "documents.archive_brought_in")),
        Err(failure) => refused(&desk, failure).await,
    }
}

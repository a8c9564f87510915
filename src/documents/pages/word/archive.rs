//! All procedure files as one archive, out and in.

use super::list::refused;
use crate::documents::actions::archive::{export_archive, import_archive};
use crate::web::{Desk, Failure, Say, Uploads};
use actix_web::HttpResponse;
use actix_web::http::header;

pub(in crate::documents) async fn export(desk: Desk) -> Result<HttpResponse, Failure> {
    let all = desk.query().get("versions").is_some_and(|text| text == "all");
    let bytes = desk.read(move |work| export_archive(work, all)).await?;
    let name = if all {
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
    match desk.try_change(move |work| import_archive(work, &file.bytes)).await? {
        Ok(_) => Ok(desk.done("/documents", "documents.archive_brought_in")),
        Err(failure) => refused(&desk, failure).await,
    }
}

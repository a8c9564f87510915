//! The report and the table of findings, as they were kept when the log was compared.

use super::{load, number};
use crate::conformance::imports::Import;
use crate::documents;
use crate::web::{Desk, Failure};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use std::io::Read;

pub(super) async fn report(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let import = load::by_number(&desk, number(&path)?).await?;
    let sha256 = import.report_sha256.clone();
    packed(&desk, &import, sha256, ("application/json", "report.json")).await
}

pub(super) async fn findings(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let import = load::by_number(&desk, number(&path)?).await?;
    let sha256 = import.findings_sha256.clone();
    packed(&desk, &import, sha256, ("text/csv; charset=utf-8", "findings.csv")).await
}

/// A file that is kept packed: sent as it is to whoever can unpack it, else unpacked.
async fn packed(
    desk: &Desk,
    import: &Import,
    sha256: Option<String>,
    (media_type, name): (&'static str, &'static str),
) -> Result<HttpResponse, Failure> {
    let sha256 = sha256.ok_or(Failure::NotFound)?;
    let accepts = desk.request().headers().get(header::ACCEPT_ENCODING);
    let unpacks = accepts
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let (dir, wanted) = (desk.site().files.clone(), sha256.clone());
    let read = move || {
        let bytes = documents::read_file(&dir, &wanted)?;
        if unpacks {
            return Ok(bytes);
        }
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
        Ok::<_, std::io::Error>(plain)
    };
    let bytes = desk
        .aside(read)
        .await?
        .map_err(|cause| Failure::of_kept_file(cause, &format!("log-{}-{name}", import.number), &sha256))?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"log-{}-{name}\"", import.number),
        ))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
    if unpacks {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(bytes))
}

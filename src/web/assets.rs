//! Style sheet, script and pictures: part of the program, kept by browsers until they change.

use super::Failure;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "templates/static"]
struct Assets;

/// A file of `templates/static`.
///
/// # Errors
/// 404 for any other name.
pub async fn asset(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Failure> {
    let file = Assets::get(&name).ok_or(Failure::NotFound)?;
    let tag = file
        .metadata
        .sha256_hash()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    let tag = format!("\"{tag}\"");
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut response = if known == Some(tag.as_str()) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, tag.clone()))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::CONTENT_TYPE, media_type(&name)));
    if known == Some(tag.as_str()) {
        return Ok(response.finish());
    }
    Ok(response.body(file.data.into_owned()))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

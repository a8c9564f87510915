//! Files that a form sends, counted while they arrive.

use super::bodies::Held;
use super::desk::aside;
use super::form::{TOKEN, check_names, check_token};
use super::{Failure, Form, Say, Site, disk, once, plain_name};
use actix_multipart::{Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The largest file, in bytes.
const LARGEST_FILE: usize = 25 << 20;
/// What may be sent besides the files and fields themselves, in bytes: headers of parts and the edges between them.
const AROUND: usize = 1 << 20;
/// The most fields and files of one form.
const MOST_FIELDS: usize = 200;
/// How long the whole may take to arrive.
const PATIENCE: Duration = Duration::from_secs(120);

/// One file that was sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The field that it came in.
    pub field: String,
    /// The name it had with whoever sent it, see [`plain_name`]; never used as a path.
    pub file_name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A form with files (`multipart/form-data`).
#[derive(Debug, Clone)]
pub struct Uploads {
    /// The ordinary fields.
    pub form: Form,
    /// The files that were chosen.
    pub files: Vec<Upload>,
}

fn broken(cause: impl std::fmt::Display) -> Failure {
    tracing::debug!(%cause, "A form with files could not be read");
    Failure::Invalid(Say::new("failure.no_form"))
}

/// More than may be sent is told from what is no form.
fn unread(cause: MultipartError) -> Failure {
    if matches!(cause, MultipartError::Payload(PayloadError::Overflow)) {
        return Failure::TooLarge;
    }
    broken(cause)
}

async fn receive(mut parts: Multipart, held: &mut Held) -> Result<(Vec<(String, String)>, Vec<Upload>), Failure> {
    let (mut fields, mut files, mut total, mut count) = (Vec::new(), Vec::new(), 0_usize, 0_usize);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(unread)?;
        count = count.saturating_add(1);
        if count > MOST_FIELDS {
            return Err(Failure::TooLarge);
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part
            .content_disposition()
            .and_then(|part| part.get_filename().map(ToOwned::to_owned));
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(unread)?;
            total = total.saturating_add(chunk.len());
            if total > LARGEST_FILE {
                return Err(Failure::TooLarge);
            }
            held.take(chunk.len())?;
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            Some(file_name) if !file_name.is_empty() => files.push(Upload {
                field: name,
                file_name: plain_name(&file_name),
                bytes,
            }),
            Some(_) => {}
            None => fields.push((name, String::from_utf8(bytes).map_err(broken)?)),
        }
    }
    Ok((fields, files))
}

impl FromRequest for Uploads {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = web::Payload::from_request(&request, payload);
        Box::pin(async move {
            let site = request.app_data::<web::Data<Site>>().cloned();
            if let Some(site) = &site {
                disk::must_have_room(site, 0)?;
            }
            let mut left = LARGEST_FILE.saturating_add(AROUND);
            // Every byte counts, also those of a part's header that never ends.
            let counted = payload.await.map_err(broken)?.map(move |chunk| {
                let chunk = chunk?;
                left = left.checked_sub(chunk.len()).ok_or(PayloadError::Overflow)?;
                Ok(chunk)
            });
            let parts = Multipart::new(request.headers(), counted);
            let scanner = site.as_ref().and_then(|site| site.scanner.clone());
            let mut held = site.map(|site| site.bodies.files()).unwrap_or_default();
            let received = actix_web::rt::time::timeout(PATIENCE, receive(parts, &mut held)).await;
            held.until_answered(&request);
            let (fields, mut files) = received.map_err(|_slow| Failure::Invalid(Say::new("failure.too_slow")))??;
            let form = Form::new(fields);
            check_token(&request, form.raw(TOKEN))?;
            check_names(&form)?;
            if let Some(scanner) = scanner.filter(|_| !files.is_empty()) {
                files = aside(move || scanner.must_be_clean(&files).map(|()| files)).await??;
            }
            once::admit(&request, &form, &files).await?;
            Ok(Self { form, files })
        })
    }
}

//! Files of forms: attached to a draft, downloaded by readers.

use super::edit::{self, Refused};
use crate::documents::actions::{attach as attaching, write};
use crate::documents::files::read_file;
use crate::documents::store;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::procedures::{self, FormRow};
use crate::web::{Desk, Failure, Say, Uploads, plain_name};
use actix_web::http::header;
use actix_web::{HttpResponse, ResponseError, web};
use std::path::Path;

/// Stands for the document itself among its forms; no code looks so.
const WHOLE: &str = "*";

/// A file that goes with a form of the draft.
struct Attachment {
    form: String,
    form_name: String,
    file_name: String,
    bytes: Vec<u8>,
    row_version: i64,
}

/// Keeps the file and writes its hash into the draft: one change, both or neither.
fn put(work: &mut Work<'_>, version: &VersionId, dir: &Path, new: &Attachment) -> Result<(), Failure> {
    let content = store::content_of(work, version)?;
    let mut source = content.source.clone();
    let sha256 = attaching::attach(work, dir, &new.bytes)?;
    if new.form == WHOLE {
        source.file = format!("sha256:{sha256}");
        source.file_name.clone_from(&new.file_name);
        write::save(work, version, new.row_version, &procedures::write(&source))?;
        return Ok(());
    }
    let row = match source.forms.iter_mut().find(|row| row.code == new.form) {
        Some(row) => row,
        None => {
            let name = if new.form_name.is_empty() {
                new.file_name.clone()
            } else {
                new.form_name.clone()
            };
            source.forms.push(FormRow {
                code: new.form.clone(),
                name,
                ..FormRow::default()
            });
            source.forms.last_mut().ok_or(Failure::NotFound)?
        }
    };
    row.file = format!("sha256:{sha256}");
    row.file_name.clone_from(&new.file_name);
    write::save(work, version, new.row_version, &procedures::write(&source))?;
    Ok(())
}

pub(super) async fn attach(desk: Desk, id: web::Path<VersionId>, sent: Uploads) -> Result<HttpResponse, Failure> {
    let id = id.into_inner();
    let form = sent.form;
    let new_code = form.text("new_code").to_owned();
    let code = if form.text("form").is_empty() {
        new_code
    } else {
        form.text("form").to_owned()
    };
    let row_version = form
        .number("row_version")
        .ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let file = sent
        .files
        .into_iter()
        .find(|file| file.field == "file" && !file.bytes.is_empty());
    let Some(file) = file.filter(|_| !code.is_empty()) else {
        let key = if code.is_empty() {
            "documents.file.no_form"
        } else {
            "documents.file.no_file"
        };
        return edit::refused(&desk, &id, Refused::invalid(Say::new(key))).await;
    };
    let new = Attachment {
        form: code,
        form_name: form.text("new_name").to_owned(),
        file_name: file.file_name,
        bytes: file.bytes,
        row_version,
    };
    let (dir, version) = (desk.site().files.clone(), id.clone());
    match desk.try_change(move |work| put(work, &version, &dir, &new)).await? {
        Ok(()) => Ok(desk.done(format!("/versions/{id}/edit"), "documents.file_attached")),
        Err(failure) => {
            let status = failure.status_code();
            edit::refused(
                &desk,
                &id,
                Refused {
                    status,
                    say: failure.said()?,
                },
            )
            .await
        }
    }
}

/// An attached file, for saving: never shown inside a page, and never run if it is.
pub(super) async fn download(desk: Desk, sha256: web::Path<String>) -> Result<HttpResponse, Failure> {
    let sha256 = sha256.into_inner();
    let wanted = sha256.clone();
    let file = desk
        .read(move |work| Ok::<_, Failure>(store::attached(work, &wanted)?))
        .await?;
    let dir = desk.site().files.clone();
    let wanted = sha256.clone();
    let bytes = desk.aside(move || read_file(&dir, &wanted)).await?;
    let ending = ending(&file.media_type);
    let name = desk
        .query()
        .get("name")
        .filter(|name| !name.is_empty())
        .map(|name| plain_name(name))
        .unwrap_or_default();
    let name = if name.is_empty() {
        format!("{}.{ending}", sha256.get(..12).unwrap_or_default())
    } else {
        name
    };
    let bytes = bytes.map_err(|cause| Failure::of_kept_file(cause, &name, &sha256))?;
    Ok(HttpResponse::Ok()
        .content_type(file.media_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition(&name, ending)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(bytes))
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => "pdf",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.oasis.opendocument.text" => "odt",
        "text/markdown; charset=utf-8" => "md",
        "text/csv; charset=utf-8" => "csv",
        _ => "bin",
    }
}

/// `attachment` with the name in ASCII for old browsers and in full for the others (RFC 6266).
fn disposition(name: &str, ending: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name = format!("{stem}.{ending}");
    let plain: String = procedures::fold(&name)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    let full: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn the_ending_follows_what_the_file_is() {
        assert_eq!(
            disposition("Tờ khai.exe", "pdf"),
            "attachment; filename=\"to-khai.pdf\"; filename*=UTF-8''T%E1%BB%9D%20khai.pdf"
        );
    }
}

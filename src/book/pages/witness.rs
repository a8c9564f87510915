//! The witness as a server: one door, bounded in size and time.

use crate::book::witness::Ward;
use crate::proofs::Refused;
use actix_web::http::StatusCode;
use actix_web::rt::time::timeout;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::sync::Arc;
use std::time::Duration;

/// No request is read beyond this, in bytes: a note, and 63 hashes before it.
const MOST: usize = 72 << 10;
/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many are served at once.
const CONNECTIONS: usize = 256;

async fn add(ward: web::Data<Arc<Ward>>, body: web::Payload) -> HttpResponse {
    let arrived = timeout(PATIENCE, body.to_bytes_limited(MOST)).await;
    let bytes = match arrived {
        Ok(Ok(Ok(bytes))) => bytes,
        Ok(Ok(Err(_cause))) => return HttpResponse::BadRequest().finish(),
        Ok(Err(_too_long)) => return HttpResponse::PayloadTooLarge().finish(),
        Err(_too_slow) => return HttpResponse::RequestTimeout().finish(),
    };
    let Ok(text) = String::from_utf8(bytes.to_vec()) else {
        return refused(Refused::Malformed);
    };
    let ward = Arc::clone(&ward);
    #[expect(clippy::disallowed_methods, reason = "a witness has no database and no desk")]
    let added = web::block(move || ward.add(&text)).await;
    match added {
        Ok(Ok(Ok(line))) => plain(StatusCode::OK, line),
        Ok(Ok(Err(why))) => refused(why),
        Ok(Err(cause)) => {
            tracing::error!(%cause, "Nothing is signed: the witness cannot keep what it saw");
            HttpResponse::InternalServerError().finish()
        }
        Err(_blocked) => HttpResponse::InternalServerError().finish(),
    }
}

fn plain(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .body(text)
}

fn refused(why: Refused) -> HttpResponse {
    let status = StatusCode::from_u16(why.status()).unwrap_or(StatusCode::BAD_REQUEST);
    match why {
        Refused::Conflict(known) => HttpResponse::build(status)
            .content_type("text/x.tlog.size")
            .body(format!("{known}\n")),
        Refused::Malformed | Refused::UnknownLog | Refused::NotSigned | Refused::OldTooGreat | Refused::Unproven => {
            plain(status, format!("{why}\n"))
        }
    }
}

/// Serves the witness at this address until the program is told to stop.
///
/// # Errors
/// When the address cannot be listened at.
pub fn serve_witness(ward: Ward, listen: &str) -> std::io::Result<()> {
    let ward = web::Data::new(Arc::new(ward));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(ward.clone())
            .route("/add-checkpoint", web::post().to(add))
    });
    let server = server
        .workers(1)
        .max_connections(CONNECTIONS)
        .client_request_timeout(PATIENCE)
        .bind(listen)?;
    actix_web::rt::System::new().block_on(server.run())
}

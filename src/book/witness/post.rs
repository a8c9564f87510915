//! The way to a witness over the network: one request, bounded in time and size, no proxy, no redirection.

use super::ask::Answer;
use std::time::Duration;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// No answer is read beyond this, in bytes.
const MOST: u64 = 64 << 10;

/// Posts `body` to `add-checkpoint` under this address.
///
/// # Errors
/// What went wrong on the way, in words.
pub fn post(url: &str, body: &str) -> Result<Answer, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .build()
        .into();
    let address = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let answered = agent
        .post(&address)
        .header("content-type", "text/plain; charset=utf-8")
        .send(body);
    let mut response = answered.map_err(|cause| cause.to_string())?;
    let status = response.status().as_u16();
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    let is_size = kind.is_some_and(|kind| kind.starts_with("text/x.tlog.size"));
    let read = response.body_mut().with_config().limit(MOST).read_to_string();
    let body = read.map_err(|cause| cause.to_string())?;
    Ok(Answer { status, is_size, body })
}

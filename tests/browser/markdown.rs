//! What people write as Markdown runs nothing (trust row F6): two walls, each of which holds alone in a browser.

use crate::driver::Driver;
use crate::rounds::{figure, rounds};
use crate::vectors::vectors;
use fantoccini::Client;
use pulldown_cmark::{Parser, html};
use quytrinh::render::markdown;
use quytrinh::web::POLICY;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// Puts each text into a frame of its own, which has the policy of the page; presses what can be pressed in it; and
/// counts whose text ran.
const SCRIPT: &str = r#"
const ran = new Set();
const foreign = [];
window.hit = number => ran.add(number);
const pause = time => new Promise(done => setTimeout(done, time));
const frame = page => new Promise(done => {
    const frame = document.createElement('iframe');
    frame.onload = () => done(frame);
    frame.srcdoc = '<!DOCTYPE html><meta charset=utf-8><body>' + page + '</body>';
    document.body.append(frame);
    setTimeout(() => done(frame), 700);
});
const press = frame => {
    let inside;
    try { inside = frame.contentDocument; } catch { return; }
    if (!inside) return;
    for (const one of inside.querySelectorAll('*')) {
        for (const kind of ['mouseover', 'focus', 'click']) {
            const event = kind === 'click'
                ? new MouseEvent('click', { bubbles: true, cancelable: true })
                : new Event(kind, { bubbles: true });
            one.dispatchEvent(event);
        }
    }
};
(async () => {
    const pages = await (await fetch('/pages')).json();
    for (let at = 0; at < pages.length; at += 200) {
        const frames = await Promise.all(pages.slice(at, at + 200).map(frame));
        frames.forEach(press);
        await pause(100);
        for (const frame of document.querySelectorAll('iframe')) frame.remove();
    }
    document.title = 'done';
})();
window.told = () => [...ran];
"#;

/// A site of one page for the texts, with a policy or without one.
fn serve(pages: Vec<String>, policy: Option<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let pages = Arc::new(json!(pages).to_string());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let pages = Arc::clone(&pages);
            std::thread::spawn(move || {
                let mut asked = [0; 4096];
                let read = stream.read(&mut asked).unwrap_or(0);
                let asked = String::from_utf8_lossy(asked.get(..read).unwrap_or_default()).into_owned();
                let path = asked.split(' ').nth(1).unwrap_or("/").to_owned();
                let (status, kind, body) = match path.as_str() {
                    "/" => (
                        "200 OK",
                        "text/html",
                        "<!DOCTYPE html><body><script src=/run.js></script>",
                    ),
                    "/run.js" => ("200 OK", "text/javascript", SCRIPT),
                    "/pages" => ("200 OK", "application/json", pages.as_str()),
                    _ => ("404 Not Found", "text/plain", ""),
                };
                let policy = policy.map_or_else(String::new, |policy| format!("Content-Security-Policy: {policy}\r\n"));
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\n{policy}X-Content-Type-Options: nosniff\r\n\
                     Content-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                drop(
                    stream
                        .write_all(head.as_bytes())
                        .and_then(|()| stream.write_all(body.as_bytes())),
                );
            });
        }
    });
    address
}

/// The numbers of the texts that ran.
async fn ran(browser: &Client, pages: Vec<String>, policy: Option<&'static str>) -> BTreeSet<u64> {
    let address = serve(pages, policy);
    browser.goto(&format!("http://{address}/")).await.unwrap();
    for _ in 0..600 {
        if browser.title().await.unwrap_or_default() == "done" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(browser.title().await.unwrap(), "done", "not every text was tried");
    let told = browser.execute("return window.told()", Vec::new()).await.unwrap();
    let told = told.as_array().unwrap().clone();
    told.iter().map(|number| number.as_u64().unwrap()).collect()
}

#[actix_web::test]
async fn nothing_of_what_is_written_runs_behind_either_of_the_two_walls() {
    let all = vectors();
    // Without the sanitizer: HTML as it stands, and what a reader of Markdown makes of the rest.
    let bare = all.iter().map(|text| {
        if text.starts_with('<') {
            return text.clone();
        }
        let mut made = String::new();
        html::push_html(&mut made, Parser::new(text));
        made
    });
    let bare: Vec<String> = bare.collect();
    // What the sanitizer leaves is whole in itself, so many texts share a frame.
    let clean: Vec<String> = all.iter().map(|text| markdown(text)).collect();
    let clean = clean.chunks(40).map(<[String]>::concat).collect();
    let some = |count: usize| -> Vec<String> {
        let step = (bare.len() / count.clamp(1, bare.len())).max(1);
        bare.iter().step_by(step).cloned().collect()
    };
    let tried = some(rounds("F6", 270));
    let driver = Driver::start();
    let browser = driver.desk().await;
    let (nothing, count) = (BTreeSet::new(), tried.len());
    assert_eq!(ran(&browser, clean, None).await, nothing, "ran past the sanitizer");
    assert_eq!(ran(&browser, tried, Some(POLICY)).await, nothing, "ran past the policy");
    // The control: without either wall, the same texts do run.
    let without = ran(&browser, some(count / 3), None).await;
    figure(
        "F6",
        &format!(
            "in Chromium 0 of {} texts run behind the sanitizer alone, 0 of {count} behind the policy alone, {} of {} with neither",
            all.len(),
            without.len(),
            some(count / 3).len()
        ),
    );
    assert!(without.len() > 10, "{}", without.len());
    browser.close().await.unwrap();
}

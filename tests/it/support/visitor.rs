//! Somebody with a browser: keeps cookies, and sends the token of the last page with each form.

use super::Reply;
use actix_web::body::MessageBody;
use actix_web::cookie::Cookie;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header;
use actix_web::test::TestRequest;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;

/// The key of one sending, as the page of a form has it.
pub fn new_key() -> String {
    quytrinh::kernel::new_id()
}

type Answer = Pin<Box<dyn Future<Output = Reply>>>;

/// The site, whatever its type.
pub struct Site(Box<dyn Fn(TestRequest) -> Answer>);

impl Site {
    /// Stands before a service; `made` makes a request as the service takes it.
    pub fn new<S, R, B>(service: S, made: fn(TestRequest) -> R) -> Self
    where
        S: Service<R, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
        R: 'static,
        B: MessageBody + 'static,
    {
        Self(Box::new(move |request| {
            let asked = service.call(made(request));
            Box::pin(async move { Reply::of(asked.await.expect("failures are shown as pages")).await })
        }))
    }
}

/// A visitor of the site.
pub struct Visitor {
    site: Rc<Site>,
    cookies: RefCell<BTreeMap<String, String>>,
    token: RefCell<String>,
    shown: RefCell<Vec<String>>,
    sends_token: Cell<bool>,
}

impl Visitor {
    pub(super) fn new(site: Rc<Site>) -> Self {
        Self {
            site,
            cookies: RefCell::default(),
            token: RefCell::default(),
            shown: RefCell::default(),
            sends_token: Cell::new(true),
        }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(TestRequest::get().uri(path)).await
    }

    /// Sends a form, with the token of the last page that had one, and what the last page showed to be signed.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let (token, shown) = (self.token.borrow().clone(), self.shown.borrow().clone());
        let mut fields = fields.to_vec();
        fields.extend(shown.iter().map(|token| ("shown", token.as_str())));
        let key = new_key();
        if self.sends_token.get() {
            fields.push(("csrf", &token));
        }
        if !fields.iter().any(|(name, _)| *name == "key") {
            fields.push(("key", &key));
        }
        self.send(Self::form(path, &fields)).await
    }

    /// Sends a form with files: (field, file name, bytes).
    pub async fn post_files(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Reply {
        const EDGE: &str = "edge-of-a-part-4f1c";
        let token = self.token.borrow().clone();
        let mut fields = fields.to_vec();
        if self.sends_token.get() {
            fields.push(("csrf", &token));
        }
        let key = new_key();
        if !fields.iter().any(|(name, _)| *name == "key") {
            fields.push(("key", &key));
        }
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, file_name, bytes) in files {
            let head = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{EDGE}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.send(
            TestRequest::post()
                .uri(path)
                .insert_header((header::CONTENT_TYPE, kind))
                .set_payload(body),
        )
        .await
    }

    /// A form as a request, to which a test may add headers before [`Visitor::send`].
    pub fn form(path: &str, fields: &[(&str, &str)]) -> TestRequest {
        TestRequest::post().uri(path).set_form(fields)
    }

    /// Sends any request, with the cookies.
    pub async fn send(&self, mut request: TestRequest) -> Reply {
        for (name, value) in self.cookies.borrow().iter() {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let reply = (self.site.0)(request).await;
        for (name, value) in reply.set_cookies() {
            if value.is_empty() {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.clone(), value.clone());
            }
        }
        if let Some(token) = reply.token() {
            self.token.replace(token);
        }
        let shown = reply.shown();
        if !shown.is_empty() {
            self.shown.replace(shown);
        }
        reply
    }

    /// Sends back something else than what the last page showed.
    pub fn show(&self, tokens: &[String]) {
        self.shown.replace(tokens.to_vec());
    }

    /// From now on forms are sent without a token, as another site's page would send them.
    pub fn forget_token(&self) {
        self.sends_token.set(false);
    }

    /// The token of the last page.
    pub fn token(&self) -> String {
        self.token.borrow().clone()
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Gives the visitor a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }
}

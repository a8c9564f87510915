//! Somebody at a desk with a phone beside it: goes from page to page, and has each page tried on both.

use crate::driver::Driver;
use crate::office::Office;
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use quytrinh::demo::PASSWORD;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often it is asked whether a page has come, each time after 20 milliseconds.
const PATIENCE: usize = 1500;
const AXE: &str = include_str!("axe.min.js");
/// What axe is asked for: WCAG 2.2 at level AA, and what is known to help.
const ASK_AXE: &str = "const done = arguments[arguments.length - 1]; axe.run(document, { runOnly: { type: 'tag', \
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } }).then(found => \
    done(found.violations.map(v => v.id + ' (' + v.impact + '): ' + v.help + ' — ' + v.nodes.slice(0, 3).map(n => \
    n.target.join(' ') + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | '))), broken => done(['' + broken]));";
const IS_TOO_WIDE: &str = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

/// A tour through an office.
pub struct Tour<'a> {
    office: &'a Office,
    name: &'static str,
    desk: Client,
    phone: Client,
    seen: usize,
    wrong: Vec<String>,
    // The browsers end before it does.
    driver: &'a Driver,
}

impl<'a> Tour<'a> {
    /// Begins at no page.
    pub async fn begin(name: &'static str, office: &'a Office, driver: &'a Driver) -> Self {
        let (desk, phone) = (driver.desk().await, driver.phone().await);
        // Pictures of an earlier run would be taken for those of this one.
        drop(std::fs::remove_dir_all(pictures(name)));
        Self {
            office,
            name,
            desk,
            phone,
            seen: 0,
            wrong: Vec::new(),
            driver,
        }
    }

    /// Lays a device for passkeys on the desk.
    pub async fn take_authenticator(&self) {
        self.driver.give_authenticator(&self.desk).await;
    }

    /// Opens a page on the desk.
    pub async fn go(&self, path: &str) {
        self.desk.goto(&self.office.address(path)).await.expect(path);
    }

    /// The path of the page on the desk, with its query.
    pub async fn path(&self) -> String {
        let url = self.desk.current_url().await.unwrap();
        url.query()
            .map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// An element of the page.
    #[track_caller]
    pub fn element(&self, css: &str) -> impl Future<Output = Element> {
        let (desk, css) = (self.desk.clone(), css.to_owned());
        async move {
            match desk.find(Locator::Css(&css)).await {
                Ok(element) => element,
                Err(cause) => panic!(
                    "no {css} at {}: {cause}\n{}",
                    desk.current_url().await.unwrap(),
                    text_of(&desk).await
                ),
            }
        }
    }

    /// Whether the page has such an element.
    pub async fn has(&self, css: &str) -> bool {
        self.desk.find(Locator::Css(css)).await.is_ok()
    }

    /// Presses a button or follows a link, and waits for the page that comes.
    pub async fn press(&self, css: &str) {
        let element = self.element(css).await;
        self.desk
            .execute("window.isLeft = true", Vec::new())
            .await
            .expect("a page");
        // By the key, as somebody without a mouse does; it also reaches what a bar covers that stays in place.
        element.send_keys("\u{E007}").await.expect(css);
        for _ in 0..PATIENCE {
            let is_here = "return !window.isLeft && document.readyState === 'complete'";
            if self
                .desk
                .execute(is_here, Vec::new())
                .await
                .is_ok_and(|here| here == Value::Bool(true))
            {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{css} leads nowhere:\n{}", self.text().await);
    }

    /// Ticks a box or chooses one of several.
    pub async fn tick(&self, css: &str) {
        self.element(css).await.click().await.expect(css);
    }

    /// Types into a field; what stood there goes.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.element(css).await;
        field.clear().await.expect(css);
        field.send_keys(text).await.expect(css);
    }

    /// Expects a text on the page.
    pub async fn says(&self, text: &str) {
        let shown = text_of(&self.desk).await;
        assert!(
            shown.contains(text),
            "{} does not say «{text}»:\n{shown}",
            self.path().await
        );
    }

    /// Waits until an element says a text: what a script or work in the background brings.
    pub async fn waits_for(&self, css: &str, text: &str) {
        let mut shown = String::new();
        for _ in 0..PATIENCE {
            if let Ok(element) = self.desk.find(Locator::Css(css)).await {
                shown = element.text().await.unwrap_or_default();
                if shown.contains(text) {
                    return;
                }
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{css} does not say «{text}» but «{shown}»");
    }

    /// What the page shows.
    pub async fn text(&self) -> String {
        text_of(&self.desk).await
    }

    /// Signs in as somebody else than before.
    pub async fn sign_in(&self, username: &str) {
        self.sign_out().await;
        self.go("/sign-in").await;
        self.fill("input[name=username]", username).await;
        self.fill("input[name=password]", PASSWORD).await;
        self.press("main form button").await;
        assert!(
            self.has("form[action='/sign-out']").await,
            "{username} is not signed in:\n{}",
            self.text().await
        );
    }

    /// Signs out.
    pub async fn sign_out(&self) {
        self.go("/").await;
        if self.has("form[action='/sign-out'] button").await {
            self.press("form[action='/sign-out'] button").await;
        }
    }

    /// Opens a page and has it tried.
    pub async fn look_at(&mut self, path: &str) {
        self.go(path).await;
        self.try_page(path).await;
    }

    /// Tries the page that is open: on the desk as it is, on the phone as it opens there.
    pub async fn try_page(&mut self, name: &str) {
        self.seen += 1;
        let title = self.desk.title().await.unwrap();
        let broken = ["Có lỗi", "Không tìm thấy", "Không được phép"];
        if !name.contains("khong-co") && broken.iter().any(|sign| title.starts_with(sign)) {
            self.wrong.push(format!("{name}: the page says «{title}»"));
        }
        let picture = self.picture(name);
        try_one(
            &self.desk,
            &format!("{name} on a desk"),
            &picture.with_extension("desk.png"),
            &mut self.wrong,
        )
        .await;
        let path = self.path().await;
        self.phone.goto(&self.office.address("/health")).await.unwrap();
        self.phone.delete_all_cookies().await.unwrap();
        for cookie in self.desk.get_all_cookies().await.unwrap() {
            self.phone.add_cookie(cookie).await.unwrap();
        }
        self.phone.goto(&self.office.address(&path)).await.unwrap();
        try_one(
            &self.phone,
            &format!("{name} on a phone"),
            &picture.with_extension("phone.png"),
            &mut self.wrong,
        )
        .await;
    }

    fn picture(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("target/screenshots")
            .join(self.name);
        std::fs::create_dir_all(&folder).unwrap();
        let plain: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        folder.join(format!("{:02}{}", self.seen, plain.trim_end_matches('-')))
    }

    /// Ends the tour, and says what was wrong on its way.
    pub async fn end(self) {
        self.desk.close().await.expect("the browser on the desk ends");
        self.phone.close().await.expect("the browser on the phone ends");
        assert!(self.seen > 0, "no page was tried");
        assert!(
            self.wrong.is_empty(),
            "{} pages tried:\n{}",
            self.seen,
            self.wrong.join("\n")
        );
    }
}

fn pictures(tour: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/screenshots")
        .join(tour)
}

async fn text_of(client: &Client) -> String {
    match client.find(Locator::Css("body")).await {
        Ok(body) => body.text().await.unwrap_or_default(),
        Err(_) => String::new(),
    }
}

async fn try_one(client: &Client, name: &str, picture: &Path, wrong: &mut Vec<String>) {
    std::fs::write(picture, client.screenshot().await.unwrap()).unwrap();
    let too_wide = client.execute(IS_TOO_WIDE, Vec::new()).await.unwrap();
    if too_wide.as_i64().unwrap_or(0) > 0 {
        wrong.push(format!("{name}: {too_wide} pixels stick out to the right"));
    }
    client.execute(AXE, Vec::new()).await.expect("axe is loaded");
    let Value::Array(found) = client.execute_async(ASK_AXE, Vec::new()).await.expect("axe answers") else {
        panic!("axe answers with a list")
    };
    wrong.extend(
        found
            .iter()
            .map(|one| format!("{name}: {}", one.as_str().unwrap_or_default())),
    );
}

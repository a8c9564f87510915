//! The ways that cases of a procedure took, the most frequent first.

use super::numbers::{share, short};
use super::procedure::{Head, load};
use crate::conformance::drawing::{Frame, VariantWords, draw_variants};
use crate::conformance::figures::{Fit, Variant, Variants};
use crate::conformance::pages::asked::{Asked, typed};
use crate::conformance::sentence::Teller;
use crate::web::escaped;
use crate::web::{Desk, Failure, Page};
use crate::workflow::StepTable;
use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

/// Variants on a page.
const PAGE: usize = 20;

#[derive(Serialize)]
struct VariantsPage {
    asked: Asked,
    head: Head,
    /// Whether open cases are shown instead of those that ended.
    open: bool,
    /// The same page with the other cases, and how many there are.
    other_path: String,
    others: usize,
    cases: u32,
    variants: usize,
    picture: String,
    rows: Vec<VariantRow>,
    /// Those that stand on other pages, together.
    before: Option<Rest>,
    after: Option<Rest>,
}

impl Page for VariantsPage {
    const TEMPLATE: &'static str = "conformance/variants.html";
}

#[derive(Serialize)]
struct VariantRow {
    number: usize,
    steps: Vec<StepShown>,
    cases: u32,
    share: String,
    cumulative: String,
    conforming: u32,
    cost: usize,
    median: Option<String>,
    examples: Vec<Example>,
}

#[derive(Serialize)]
struct StepShown {
    fit: &'static str,
    code: String,
}

#[derive(Serialize)]
struct Example {
    code: String,
    path: String,
}

/// Variants that another page shows.
#[derive(Serialize)]
struct Rest {
    variants: usize,
    cases: u32,
    share: String,
    path: String,
}

pub(in crate::conformance::pages) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let mut asked = Asked::of(&desk);
    asked.procedure = path.into_inner();
    let typed = typed(&desk);
    let text = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let (wanted, number) = (asked.clone(), text("version").parse().ok());
    let (open, page) = (text("cases") == "open", text("page").parse::<usize>().unwrap_or(1));
    let (procedure, variants) = desk
        .read(move |work| {
            let procedure = load(work, &wanted, number)?;
            let wanted = procedure.judged.iter().filter(|one| one.trace.ended.is_none() == open);
            let variants = Variants::of(wanted, &procedure.calendar);
            Ok::<_, Failure>((procedure, variants))
        })
        .await?;
    let teller = Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &procedure.names,
    };
    let pages = variants.all.len().div_ceil(PAGE).max(1);
    let first = (page.clamp(1, pages) - 1) * PAGE;
    let shown = variants
        .all
        .get(first..(first + PAGE).min(variants.all.len()))
        .unwrap_or_default();
    let other = if open { "ended" } else { "open" };
    let own = |more: &str| format!("{}{more}", procedure.head.tabs.variants);
    let at = |page: usize| own(&format!("&cases={}&page={page}", if open { "open" } else { "ended" }));
    let others = usize::try_from(variants.cases).unwrap_or(0);
    let (before, after) = (
        rest(&variants, 0..first, at((first / PAGE).max(1))),
        rest(&variants, first + shown.len()..variants.all.len(), at(first / PAGE + 2)),
    );
    desk.page(&VariantsPage {
        open,
        other_path: own(&format!("&cases={other}")),
        others: procedure.judged.len().saturating_sub(others),
        cases: variants.cases,
        variants: variants.all.len(),
        picture: picture(&teller, &procedure.content.table, shown, (first + 1, variants.cases)),
        rows: rows(&teller, &variants, shown, first),
        before,
        after,
        head: procedure.head,
        asked,
    })
}

fn rest(variants: &Variants, range: std::ops::Range<usize>, path: String) -> Option<Rest> {
    let own = variants.all.get(range)?;
    let cases = own.iter().map(|variant| variant.cases).sum();
    (!own.is_empty()).then(|| Rest {
        variants: own.len(),
        cases,
        share: share(cases, variants.cases),
        path,
    })
}

fn rows(teller: &Teller<'_>, variants: &Variants, shown: &[Variant], first: usize) -> Vec<VariantRow> {
    let before = variants.all.get(..first).unwrap_or_default();
    let mut sum: u32 = before.iter().map(|variant| variant.cases).sum();
    let row = |(number, variant): (usize, &Variant)| {
        sum += variant.cases;
        let examples = variant.examples.iter().map(|code| Example {
            code: code.clone(),
            path: escaped(code),
        });
        VariantRow {
            number: first + number + 1,
            steps: variant
                .steps
                .iter()
                .map(|(fit, code)| StepShown {
                    fit: name(*fit),
                    code: code.clone(),
                })
                .collect(),
            cases: variant.cases,
            share: share(variant.cases, variants.cases),
            cumulative: share(sum, variants.cases),
            conforming: variant.conforming,
            cost: variant.cost(),
            median: variant.time.map(|time| short(teller, time.median)),
            examples: examples.collect(),
        }
    };
    shown.iter().enumerate().map(row).collect()
}

fn name(fit: Fit) -> &'static str {
    match fit {
        Fit::Follows | Fit::NotCompared => "follows",
        Fit::Extra => "extra",
        Fit::LeftOut => "left_out",
    }
}

fn picture(teller: &Teller<'_>, table: &StepTable, shown: &[Variant], (first, cases): (usize, u32)) -> String {
    let word = |key: &str| teller.words.get(teller.language, key).to_owned();
    let head = |number: usize, variant: &Variant| {
        let holes = [
            ("number", number.to_string()),
            ("cases", variant.cases.to_string()),
            ("share", share(variant.cases, cases)),
        ];
        teller.words.fill(teller.language, "conformance.variants.head", &holes)
    };
    let more = |more: usize| {
        let holes = [("n", more.to_string())];
        teller.words.fill(teller.language, "conformance.variants.more", &holes)
    };
    let row = |code: &str| table.steps.iter().position(|step| step.code.as_str() == code);
    let legend = ["follows", "extra", "left_out"].map(|name| word(&format!("conformance.fit.{name}")));
    let [follows, extra, left_out] = &legend;
    let words = VariantWords {
        head: &head,
        more: &more,
        row: &row,
        legend: [follows, extra, left_out],
    };
    let frame = Frame {
        id: "variants",
        title: &word("conformance.variants.picture"),
        description: &word("conformance.variants.description"),
    };
    draw_variants(&frame, &words, shown, (first, cases))
}

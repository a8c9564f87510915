//! The workflow with what many cases did on it.

use super::flow_picture::picture;
use super::flow_rows::{ConnectionRow, StepRow, connection_rows, step_rows};
use super::procedure::{Head, Procedure, load};
use crate::conformance::figures::Flow;
use crate::conformance::finding::FindingKind;
use crate::conformance::pages::asked::{Asked, typed};
use crate::conformance::sentence::Teller;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

crate::kernel::text_enum! {
    /// What is laid over the workflow.
    Show {
        /// How often each row and connection was gone.
        Frequency = "frequency",
        /// How long the rows took.
        Waiting = "waiting",
        /// How many were late.
        Late = "late",
        /// What deviated.
        Deviations = "deviations",
    }
}

#[derive(Serialize)]
struct FlowPage {
    asked: Asked,
    head: Head,
    show: Show,
    shows: &'static [Show],
    cases: u32,
    open: u32,
    picture: String,
    rows: Vec<StepRow>,
    connections: Vec<ConnectionRow>,
    unknown: Vec<Unknown>,
    is_determined: bool,
}

impl Page for FlowPage {
    const TEMPLATE: &'static str = "conformance/flow.html";
}

/// A step that the table does not have.
#[derive(Serialize)]
struct Unknown {
    code: String,
    times: u32,
    cases: u32,
    path: String,
}

pub(in crate::conformance::pages) async fn show(desk: Desk, path: Path<String>) -> Result<HttpResponse, Failure> {
    let mut asked = Asked::of(&desk);
    asked.procedure = path.into_inner();
    let typed = typed(&desk);
    let text = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let show = Show::parse(text("show")).unwrap_or(Show::Frequency);
    let (wanted, number) = (asked.clone(), text("version").parse().ok());
    let (procedure, flow) = desk
        .read(move |work| {
            let procedure = load(work, &wanted, number)?;
            let flow = Flow::of(&procedure.judged, &procedure.content.table, &procedure.calendar);
            Ok::<_, Failure>((procedure, flow))
        })
        .await?;
    let teller = Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &procedure.names,
    };
    desk.page(&page(&teller, asked, &procedure, (&flow, show)))
}

fn page(teller: &Teller<'_>, asked: Asked, procedure: &Procedure, (flow, show): (&Flow, Show)) -> FlowPage {
    let table = &procedure.content.table;
    let unknown = flow.unknown.iter().map(|(code, times, cases)| Unknown {
        code: code.clone(),
        times: *times,
        cases: *cases,
        path: asked.list(&[("kind", FindingKind::UnknownStep.as_str()), ("step", code)]),
    });
    FlowPage {
        head: procedure.head.clone(),
        show,
        shows: Show::ALL,
        cases: flow.cases,
        open: flow.open,
        picture: picture(teller, table, flow, show),
        rows: step_rows(teller, &asked, table, flow),
        connections: connection_rows(teller, table, flow),
        unknown: unknown.collect(),
        is_determined: procedure.content.workflow.is_some(),
        asked,
    }
}

//! Writes logs so that the usual tools open them: XES with the standard extensions, and CSV with their column names.

use super::days::iso;
use super::log::{CaseView, EventLog, NO_TIME};
use std::io::{self, Write};

/// One event to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventOut<'a> {
    /// What was done: the code of a step.
    pub activity: &'a str,
    /// What people call it.
    pub label: Option<&'a str>,
    /// How it ended.
    pub outcome: Option<&'a str>,
    /// By whom.
    pub resource: Option<&'a str>,
    /// In which role.
    pub role: Option<&'a str>,
    /// At which position.
    pub position: Option<&'a str>,
    /// When: milliseconds since 1970-01-01 UTC.
    pub time: Option<i64>,
}

/// One case to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseOut<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is finished.
    pub completed: Option<bool>,
    /// Its events, in order.
    pub events: Vec<EventOut<'a>>,
}

const XES_HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
	<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
	<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
	<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
	<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
	<global scope="trace">
		<string key="concept:name" value=""/>
	</global>
	<global scope="event">
		<string key="concept:name" value=""/>
		<string key="lifecycle:transition" value="complete"/>
	</global>
	<classifier name="Activity" keys="concept:name"/>
"#;

/// Writes a log as XES. `zone` is that in which times are written, in minutes from UTC.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_xes<'a, W: Write>(
    mut out: W,
    name: &str,
    cases: impl IntoIterator<Item = CaseOut<'a>>,
    zone: i32,
) -> io::Result<W> {
    out.write_all(XES_HEAD.as_bytes())?;
    xes_text(&mut out, "\t", "concept:name", Some(name))?;
    for case in cases {
        out.write_all(b"\t<trace>\n")?;
        xes_text(&mut out, "\t\t", "concept:name", Some(case.name))?;
        if let Some(completed) = case.completed {
            writeln!(out, "\t\t<boolean key=\"completed\" value=\"{completed}\"/>")?;
        }
        for event in &case.events {
            xes_event(&mut out, event, zone)?;
        }
        out.write_all(b"\t</trace>\n")?;
    }
    out.write_all(b"</log>\n")?;
    out.flush()?;
    Ok(out)
}

fn xes_event(out: &mut impl Write, event: &EventOut<'_>, zone: i32) -> io::Result<()> {
    let indent = "\t\t\t";
    out.write_all(b"\t\t<event>\n")?;
    xes_text(out, indent, "concept:name", Some(event.activity))?;
    xes_text(out, indent, "step:name", event.label)?;
    xes_text(out, indent, "step:outcome", event.outcome)?;
    xes_text(out, indent, "org:resource", event.resource)?;
    xes_text(out, indent, "org:role", event.role)?;
    xes_text(out, indent, "org:position", event.position)?;
    if let Some(at) = event.time {
        let at = iso(at, i64::from(zone));
        writeln!(out, "{indent}<date key=\"time:timestamp\" value=\"{at}\"/>")?;
    }
    xes_text(out, indent, "lifecycle:transition", Some("complete"))?;
    out.write_all(b"\t\t</event>\n")
}

fn xes_text(out: &mut impl Write, indent: &str, key: &str, value: Option<&str>) -> io::Result<()> {
    let Some(value) = value else { return Ok(()) };
    write!(out, "{indent}<string key=\"{key}\" value=\"")?;
    escape(out, value)?;
    out.write_all(b"\"/>\n")
}

/// Writes a value; letters that XML cannot hold become U+FFFD.
fn escape(out: &mut impl Write, value: &str) -> io::Result<()> {
    let mut letters = [0; 4];
    for letter in value.chars() {
        let text: &[u8] = match letter {
            '&' => b"&amp;",
            '<' => b"&lt;",
            '>' => b"&gt;",
            '"' => b"&quot;",
            '\n' => b"&#10;",
            '\r' => b"&#13;",
            '\t' => b"&#9;",
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}".as_bytes(),
            letter => letter.encode_utf8(&mut letters).as_bytes(),
        };
        out.write_all(text)?;
    }
    Ok(())
}

/// The columns of CSV, as the usual tools name them.
const CSV_HEAD: [&str; 9] = [
    "case:concept:name",
    "concept:name",
    "step:name",
    "step:outcome",
    "time:timestamp",
    "org:resource",
    "org:role",
    "org:position",
    "case:completed",
];

/// How CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvStyle {
    /// `,` or `;`.
    pub separator: u8,
    /// Whether a byte order mark stands first, without which spreadsheets take UTF-8 for another encoding.
    pub mark: bool,
}

impl CsvStyle {
    /// For other tools.
    pub const TOOLS: Self = Self {
        separator: b',',
        mark: false,
    };
    /// For spreadsheets.
    pub const SPREADSHEET: Self = Self {
        separator: b';',
        mark: true,
    };
}

/// Writes a log as CSV, a row for each event. A case without events leaves no trace. `zone` is that in which times are
/// written, in minutes from UTC.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_csv<'a, W: Write>(
    mut out: W,
    cases: impl IntoIterator<Item = CaseOut<'a>>,
    zone: i32,
    style: CsvStyle,
) -> io::Result<()> {
    if style.mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut rows = csv::WriterBuilder::new().delimiter(style.separator).from_writer(out);
    rows.write_record(CSV_HEAD)?;
    for case in cases {
        let completed = match case.completed {
            Some(true) => "true",
            Some(false) => "false",
            None => "",
        };
        for event in &case.events {
            let at = event.time.map(|at| iso(at, i64::from(zone)));
            rows.write_record([
                case.name,
                event.activity,
                event.label.unwrap_or_default(),
                event.outcome.unwrap_or_default(),
                at.as_deref().unwrap_or_default(),
                event.resource.unwrap_or_default(),
                event.role.unwrap_or_default(),
                event.position.unwrap_or_default(),
                completed,
            ])?;
        }
    }
    rows.flush()
}

impl EventLog {
    /// The cases as they can be written.
    pub fn cases_out(&self) -> impl Iterator<Item = CaseOut<'_>> {
        self.iter().map(|case| self.case_out(&case))
    }

    fn case_out<'a>(&'a self, case: &CaseView<'a>) -> CaseOut<'a> {
        let events = case.steps().iter().zip(case.doers()).zip(case.times());
        CaseOut {
            name: case.name(),
            completed: case.completed(),
            events: events
                .map(|((step, doer), at)| {
                    let step = self.step(*step);
                    let doer = self.doer(*doer);
                    EventOut {
                        activity: step.map_or("", |step| step.activity),
                        label: None,
                        outcome: step.and_then(|step| step.outcome),
                        resource: doer.and_then(|doer| doer.resource),
                        role: doer.and_then(|doer| doer.role),
                        position: doer.and_then(|doer| doer.position),
                        time: Some(*at).filter(|at| *at != NO_TIME),
                    }
                })
                .collect(),
        }
    }
}

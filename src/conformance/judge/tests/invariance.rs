//! What must not change a judgement: the names of the codes, the order of the cases, how often they are counted, threads.

use super::office::{Office, TEXT};
use super::properties::{Choices, choices, plant, run};
use crate::assignments::Roster;
use crate::cases::Trace;
use crate::conformance::{Around, Finding, Judge, Judgement, Perspectives, Summary, Text};
use crate::documents::Content;
use proptest::prelude::*;

/// The same code under another name; the order of the names is another one too.
fn renamed(code: &str) -> String {
    match code.strip_prefix('B').and_then(|number| number.parse::<u8>().ok()) {
        Some(number) => format!("Z{}", 90 - number),
        None => code.to_owned(),
    }
}

/// The same text with all codes renamed.
fn renamed_text() -> String {
    (1..=9).fold(TEXT.to_owned(), |text, number| {
        let code = format!("B{number}");
        text.replace(&format!("\"{code}\""), &format!("\"{}\"", renamed(&code)))
    })
}

fn traces(log: &[(Choices, usize)]) -> Vec<Trace> {
    let traces = log.iter().map(|(choices, which)| {
        let mut trace = run(choices);
        if *which < 16 {
            plant(&mut trace, *which);
        }
        trace
    });
    traces.collect()
}

fn log() -> impl Strategy<Value = Vec<(Choices, usize)>> {
    prop::collection::vec((choices(), 0_usize..24), 1..12)
}

/// A finding without the code of its step.
fn without_code(finding: &Finding) -> Finding {
    Finding {
        step_code: String::new(),
        ..finding.clone()
    }
}

fn summary(traces: &[Trace], judged: &[Judgement]) -> Summary {
    Summary::of(traces.iter().zip(judged))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn names_of_codes_do_not_matter(log in log()) {
        let (office, mut other) = (Office::new(), Office::new());
        other.content = Content::of(&renamed_text());
        prop_assert!(other.content.workflow.is_some() && other.content.text != office.content.text);
        for trace in traces(&log) {
            let mut again = trace.clone();
            for event in &mut again.events {
                event.step_code = renamed(&event.step_code);
            }
            let (one, two) = (office.judge(&trace), other.judge(&again));
            prop_assert_eq!(&one.moves, &two.moves);
            let codes: Vec<String> = one.findings.iter().map(|finding| renamed(&finding.step_code)).collect();
            prop_assert_eq!(codes, two.findings.iter().map(|finding| finding.step_code.clone()).collect::<Vec<_>>());
            let plain = |judgement: &Judgement| judgement.findings.iter().map(without_code).collect::<Vec<_>>();
            prop_assert_eq!(plain(&one), plain(&two));
        }
    }

    #[test]
    fn figures_do_not_depend_on_the_order_of_the_cases_and_doubling_keeps_the_shares(log in log()) {
        let office = Office::new();
        let traces = traces(&log);
        let judged: Vec<Judgement> = traces.iter().map(|trace| office.judge(trace)).collect();
        let once = summary(&traces, &judged);
        let back: Vec<Trace> = traces.iter().rev().cloned().collect();
        let back_judged: Vec<Judgement> = back.iter().map(|trace| office.judge(trace)).collect();
        prop_assert_eq!(&once, &summary(&back, &back_judged));
        let twice = [traces.as_slice(), traces.as_slice()].concat();
        let twice_judged = [judged.as_slice(), judged.as_slice()].concat();
        let doubled = summary(&twice, &twice_judged);
        prop_assert_eq!((doubled.cases, doubled.conforming), (2 * once.cases, 2 * once.conforming));
        let (one, two) = (once.fitness.unwrap(), doubled.fitness.unwrap());
        prop_assert!((one - two).abs() < 1e-12, "{one} {two}");
    }

    #[test]
    fn threads_and_a_memory_that_they_share_change_nothing(log in log()) {
        let (office, alone) = (Office::new(), Office::new());
        let traces = traces(&log);
        let expected: Vec<Judgement> = traces.iter().map(|trace| alone.judge(trace)).collect();
        let roster = Roster::of(&office.book);
        let text = Text { content: &office.content, document: &traces[0].document, elsewhere: &office.elsewhere };
        let known = Perspectives::of_office(&roster);
        let (calendar, severities, now) = (&office.calendar, &office.severities, office.now);
        let judge = Judge::new(text, Around { known, calendar, severities, now }, &office.shapes);
        let all = || traces.iter().map(|trace| judge.judge(trace)).collect::<Vec<_>>();
        let found = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(all)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        for judged in found {
            prop_assert_eq!(&judged, &expected);
        }
    }
}

//! Files made to break a reader, and random processes.

use std::time::Instant;

use proptest::{collection::vec, prelude::*};

use super::foreign::process;
use crate::bpmn::{BpmnCause, read_bpmn};
use crate::nets::XmlCause;
use crate::workflow::{ProblemCode, check};

fn cause(text: &str) -> (usize, BpmnCause) {
    let fault = read_bpmn(text.as_bytes()).unwrap_err();
    (fault.line, fault.cause)
}

#[test]
fn what_is_no_process_is_refused_with_the_line() {
    assert_eq!(cause("<pnml/>"), (1, BpmnCause::NotBpmn("pnml".to_owned())));
    assert_eq!(cause("\n<definitions/>"), (2, BpmnCause::NoProcess));
    assert_eq!(cause("<definitions><process/></definitions>").1, BpmnCause::NoSteps);
    assert_eq!(cause(&process("startEvent s\nendEvent e\ns > e")).1, BpmnCause::NoSteps);
    assert_eq!(
        cause(&process("task a\ntask a")),
        (
            4,
            BpmnCause::DuplicateId {
                id: "a".to_owned(),
                first: 3
            }
        )
    );
    let xml = |text: &str| match cause(text) {
        (line, BpmnCause::Xml(cause)) => (line, cause),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        xml("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><definitions/>"),
        (1, XmlCause::Doctype)
    );
    assert!(matches!(
        xml("<definitions>\n<process name='&b;'/></definitions>"),
        (2, XmlCause::Syntax(_))
    ));
    assert_eq!(xml(&"<a>".repeat(200)), (1, XmlCause::TooDeep(64)));
    assert_eq!(
        xml(&format!("<a>{}</a>", "<b/>".repeat(200_001))),
        (1, XmlCause::TooManyElements(200_000))
    );
}

#[test]
fn floods_take_little_time() {
    let began = Instant::now();
    let tasks = |count: usize| (0..count).map(|n| format!("task t{n} T{n}\n")).collect::<String>();
    let chain = |count: usize| (1..count).map(|n| format!("t{} > t{n}\n", n - 1)).collect::<String>();
    assert_eq!(
        cause(&process(&tasks(5_001))).1,
        BpmnCause::TooMany {
            what: "elements",
            limit: 5_000
        }
    );
    assert!(read_bpmn(process(&(tasks(5_000) + &chain(5_000))).as_bytes()).is_ok());
    // Every step leads into one gateway, and that one to every step.
    let star: String = (0..3_000).map(|n| format!("t{n} > x\nx > t{n} n{n}\n")).collect();
    let star = format!("startEvent s\n{}exclusiveGateway x\ns > t0\n{star}", tasks(3_000));
    assert_eq!(
        cause(&process(&star)).1,
        BpmnCause::TooMany {
            what: "ways",
            limit: 1_000_000
        }
    );
    // Gateways that part and meet again: ways double at each.
    let mut ladder = "task t0\ntask t1\nt0 > x0\n".to_owned();
    for n in 0..1_000 {
        ladder += &format!(
            "exclusiveGateway x{n}\nexclusiveGateway y{n}\nx{n} > y{n} a\nx{n} > y{n} b\ny{n} > x{}\n",
            n + 1
        );
    }
    ladder += "exclusiveGateway x1000\nx1000 > t1\n";
    let _ = read_bpmn(process(&ladder).as_bytes());
    // Parallel parts inside each other.
    let mut deep = "startEvent s\ns > f0\n".to_owned();
    for n in 0..150 {
        deep += &format!(
            "parallelGateway f{n}\nparallelGateway j{n}\ntask a{n}\nf{n} > a{n}\na{n} > j{n}\nf{n} > f{}\nj{} > j{n}\n",
            n + 1,
            n + 1
        );
    }
    deep += "task f150\ntask j150\nf150 > j150\n";
    let _ = read_bpmn(process(&deep).as_bytes());
    let lanes: String = (0..60_000).map(|n| format!("<lane name='?{n}'/>")).collect();
    let lanes = process("task a").replace(
        "<process id=\"p\">",
        &format!("<process id=\"p\"><laneSet>{lanes}</laneSet>"),
    );
    assert_eq!(read_bpmn(lanes.as_bytes()).unwrap().roles.len(), 60_000);
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

fn random() -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(vec![
        "task",
        "task",
        "task",
        "exclusiveGateway",
        "parallelGateway",
        "endEvent",
    ]);
    let flows = vec(
        (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            prop::sample::select(vec!["", "", "x", "y"]),
        ),
        0..24,
    );
    (vec(kinds, 1..14), flows).prop_map(|(kinds, flows)| {
        let mut text = "startEvent n0\n".to_owned();
        for (number, kind) in kinds.iter().enumerate() {
            text += &format!("{kind} n{} N{}\nn{number} > n{}\n", number + 1, number + 1, number + 1);
        }
        for (from, to, name) in flows {
            text += &format!(
                "n{} > n{} {name}\n",
                from.index(kinds.len()) + 1,
                to.index(kinds.len()) + 1
            );
        }
        process(&text)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_random_process_gives_a_table_without_broken_ways(text in random()) {
        let Ok(read) = read_bpmn(text.as_bytes()) else { return Ok(()) };
        // What may be wrong was wrong in the process: it goes round without an end, or says nothing about a cell.
        let may = [
            ProblemCode::EmptyStepName, ProblemCode::StepWithoutRole, ProblemCode::NoWayToEnd, ProblemCode::LoopWithoutExit,
            ProblemCode::EndlessRework, ProblemCode::OptionalChoice, ProblemCode::PausedWithoutResume,
        ];
        let wrong: Vec<_> = check(&read.table).into_iter().filter(|problem| !may.contains(&problem.code)).collect();
        prop_assert_eq!(wrong, vec![], "{}\n{:#?}", text, super::rows(&read.table));
        prop_assert_eq!(read_bpmn(text.as_bytes()).unwrap(), read);
    }

    #[test]
    fn damaged_files_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = super::written(&crate::workflow::tests::samples::office()).into_bytes();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let _ = read_bpmn(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read_bpmn(&bytes);
    }
}

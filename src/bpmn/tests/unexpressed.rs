//! What of a process a table cannot express.

use super::foreign::{process, table_of, whys};
use super::{read, rows};
use crate::bpmn::Why;

#[test]
fn choices_that_follow_no_step_get_one() {
    let text = "startEvent s
        exclusiveGateway x Loại việc?
        task a A
        task b B
        parallelGateway f
        task c C
        task d D
        parallelGateway j
        exclusiveGateway y
        endEvent e
        endEvent r Refused
        s > x
        x > a một
        x > b hai
        a > f
        b > e
        f > c
        f > d
        c > j
        d > j
        j > y
        y > e được
        y > r không";
    assert_eq!(
        table_of(text),
        [
            "B01 Loại việc? >một=B02 >hai=B06",
            "B02 A",
            "B03 C @P1/a",
            "B04 D @P1/b",
            "B05 y >được=End >không=EndRefused",
            "B06 B",
        ]
    );
    assert_eq!(whys(&process(text)), ["x added-step", "y added-step"]);
}

#[test]
fn what_cannot_be_nested_is_said() {
    // A jump out of a branch.
    let jump = "startEvent s
        task a A
        parallelGateway f
        task b B
        exclusiveGateway x
        task c C
        parallelGateway j
        endEvent e
        s > a
        a > f
        f > b
        f > c
        b > x
        x > j đi
        x > a lại
        c > j
        j > e";
    assert_eq!(
        table_of(jump),
        ["B01 A >B=B02 >C=B03", "B02 B >đi=End >lại=B01", "B03 C"]
    );
    assert_eq!(whys(&process(jump)), ["a named-ways", "f not-nested", "j lone-join"]);
    // A parallel part inside a branch follows in order; one that is the whole branch joins the outer part.
    let nested = |middle: &str| {
        format!(
            "startEvent s
            parallelGateway f
            task a A
            task b B
            parallelGateway g
            task c C
            task d D
            parallelGateway h
            parallelGateway j
            endEvent e
            s > f
            f > a
            a > j
            {middle}
            g > c
            g > d
            c > h
            d > h
            h > j
            j > e"
        )
    };
    let inner = nested("f > b\nb > g");
    assert_eq!(
        table_of(&inner),
        ["B01 A @P1/a", "B02 B @P1/b", "B03 C @P1/b", "B04 D @P1/b"]
    );
    assert_eq!(whys(&process(&inner)), ["g nested-parallel"]);
    let whole = nested("f > g");
    assert_eq!(table_of(&whole), ["B01 A @P1/a", "B02 C @P1/b", "B03 D @P1/c"]);
    assert_eq!(whys(&process(&whole)), ["b unreachable"]);
    let empty = nested("f > g").replace("c > h", "c > h\nf > j");
    assert_eq!(table_of(&empty), table_of(&whole));
}

#[test]
fn parallel_parts_that_only_a_row_can_follow_get_one() {
    // Both parts end the case, but only one can be last in a table.
    let text = "startEvent s
        task a A
        exclusiveGateway x
        parallelGateway f
        task b B
        task c C
        parallelGateway j
        parallelGateway g Hai
        task d D
        task i I
        parallelGateway k
        endEvent e
        s > a
        a > x
        x > f một
        x > g hai
        f > b
        f > c
        b > j
        c > j
        j > e
        g > d
        g > i
        d > k
        i > k
        k > e";
    assert_eq!(
        table_of(text),
        [
            "B01 A >một=B05 >hai=B02",
            "B02 D @P1/a",
            "B03 I @P1/b",
            "B04 k >=End",
            "B05 B @P2/a",
            "B06 C @P2/b",
        ]
    );
    assert_eq!(whys(&process(text)), ["k added-step"]);
}

#[test]
fn elements_without_a_counterpart_are_listed_and_the_rest_comes_in() {
    let text = "startEvent s
        startEvent s2
        task a A
        subProcess u Con
        callActivity v Gọi
        boundaryEvent w Quá hạn
        task z Xử lý quá hạn
        inclusiveGateway o
        complexGateway q
        eventBasedGateway g
        intermediateThrowEvent t Báo
        dataObjectReference do Tờ khai
        textAnnotation n
        choreographyTask h
        endEvent e
        s > a
        s2 > a
        w > z
        a > u
        u > v
        v > o
        o > q x
        o > t y
        t > e
        q > g
        g > e
        a > missing";
    let file = process(text).replace(
        "id=\"a\" name=\"A\"/>",
        "id=\"a\" name=\"A\"><multiInstanceLoopCharacteristics/></task>",
    );
    assert_eq!(rows(&read(&file).table), ["B01 A", "B02 Con", "B03 Gọi >x=End >y=End"]);
    assert_eq!(
        whys(&file),
        [
            "s2 second-start",
            "a repeated",
            "u subprocess",
            "v call",
            "w boundary-event",
            "z unreachable",
            "o gateway",
            "q gateway",
            "g event-gateway",
            "t sending",
            "do data",
            "n annotation",
            "h unknown",
            "f26 broken-flow",
        ]
    );
    assert_eq!(Why::ALL.len(), 23);
}

#[test]
fn every_reason_and_cause_has_words_in_both_languages() {
    let causes = [
        "too-large",
        "encoding",
        "unknown-encoding",
        "character",
        "doctype",
        "entity",
        "syntax",
        "empty",
        "too-many-elements",
        "too-deep",
        "too-many-attributes",
        "long-text",
        "not-bpmn",
        "no-process",
        "no-steps",
        "duplicate-id",
        "too-many",
    ];
    for words in [
        include_str!("../../../templates/words/vi/exchange.toml"),
        include_str!("../../../templates/words/en/exchange.toml"),
    ] {
        let codes = Why::ALL.iter().map(|why| why.as_str());
        for code in codes.chain(causes) {
            assert!(words.contains(&format!("\n{code} = \"")), "{code}");
        }
    }
}

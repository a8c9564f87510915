//! Files made to break a reader.

use std::time::Instant;

use super::{fault, net, read};
use crate::nets::{
    Net,
    pnml::{PnmlCause, PnmlFault, read_pnml, write_pnml},
    xml::XmlCause,
};

fn xml(bytes: &[u8]) -> (usize, XmlCause) {
    match read_pnml(bytes).unwrap_err() {
        PnmlFault {
            line,
            cause: PnmlCause::Xml(cause),
            ..
        } => (line, cause),
        other => panic!("{other}"),
    }
}

fn text(text: &str) -> (usize, XmlCause) {
    xml(text.as_bytes())
}

#[test]
fn hostile_files_are_refused_with_the_line() {
    assert_eq!(
        text("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><pnml>&b;</pnml>"),
        (2, XmlCause::Doctype)
    );
    assert_eq!(text("<pnml>\n&b;</pnml>"), (2, XmlCause::Entity("b".to_owned())));
    assert!(matches!(text("<pnml a='&b;'/>"), (1, XmlCause::Syntax(_))));
    assert!(matches!(text("<pnml a='1' a='2'/>"), (1, XmlCause::Syntax(_))));
    assert!(matches!(text("<pnml>\n</net>"), (2, XmlCause::Syntax(_))));
    assert!(matches!(text("<pnml>\n<net>"), (2, XmlCause::Syntax(_))));
    assert!(matches!(text("<pnml/>\n<pnml/>"), (2, XmlCause::Syntax(_))));
    assert!(matches!(text("<pnml>&#xD800;</pnml>"), (1, XmlCause::Syntax(_))));
    assert_eq!(text("<pnml>\n&#8;</pnml>"), (2, XmlCause::Character(8)));
    assert_eq!(text("<pnml>\n\u{1}</pnml>"), (2, XmlCause::Character(1)));
    assert_eq!(text(""), (1, XmlCause::Empty));
    assert_eq!(xml(b"<pnml>\n\xff</pnml>"), (2, XmlCause::Encoding("UTF-8".to_owned())));
    assert_eq!(xml(b"\xff\xfe<\0"), (1, XmlCause::UnknownEncoding("UTF-16".to_owned())));
    assert_eq!(
        text("<?xml version='1.0' encoding='GB2312'?><pnml/>"),
        (1, XmlCause::UnknownEncoding("GB2312".to_owned()))
    );
    assert_eq!(text(&"<a>".repeat(101)), (1, XmlCause::TooDeep(64)));
    assert_eq!(
        text(&format!("<pnml>{}", "<graphics>".repeat(200))),
        (1, XmlCause::TooDeep(64))
    );
    assert_eq!(
        text(&format!("<pnml>{}</pnml>", "x".repeat(70_000))),
        (1, XmlCause::LongText(65_536))
    );
    assert_eq!(
        text(&format!("<pnml a='{}'/>", "x".repeat(70_000))),
        (1, XmlCause::LongText(65_536))
    );
}

#[test]
fn floods_are_refused_quickly() {
    let began = Instant::now();
    let attributes: String = (0..400_000).map(|number| format!(" a{number}='1'")).collect();
    assert_eq!(
        text(&format!("<pnml{attributes}/>")),
        (1, XmlCause::TooManyAttributes(200))
    );
    assert_eq!(
        text(&format!("<pnml>{}</pnml>", "<a/>".repeat(1_500_001))),
        (1, XmlCause::TooManyElements(1_500_000))
    );
    assert_eq!(xml(&vec![b' '; (64 << 20) + 1]).0, 1);
    let places: String = (0..=100_000).map(|number| format!("<place id='p{number}'/>")).collect();
    assert_eq!(
        fault(&format!("<pnml><net>{places}</net></pnml>")).2,
        PnmlCause::TooManyNodes(100_000)
    );
    let circle: String = (0..50_000)
        .map(|number| format!("<referencePlace id='r{number}' ref='r{}'/>", number + 1))
        .collect();
    assert_eq!(fault(&net(&circle)).2, PnmlCause::CircularReference);
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn a_large_net_is_read_within_its_bounds() {
    let mut large = Net::named("large");
    for number in 0..50_000_usize {
        let place = large.place(format!("p{number}"));
        if let Some(before) = place.checked_sub(1) {
            large.transition(format!("t{number}"), Some("x"), [before], [place]);
        }
    }
    large.initial = [(0, 1)].into();
    large.finals = vec![[(49_999, 1)].into()];
    let began = Instant::now();
    assert_eq!(read(&write_pnml(&large)).net, large);
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

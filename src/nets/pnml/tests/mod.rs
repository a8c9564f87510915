//! Files of other tools, files that are wrong, and nets that are written and read again.

mod hostile;

use proptest::{collection::vec, prelude::*};

use super::{PnmlCause, PnmlNote, PnmlRead, read_pnml, write_pnml};
use crate::nets::{Marking, Net};

fn read(text: &str) -> PnmlRead {
    read_pnml(text.as_bytes()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The first line of the file, the id and the cause of the fault.
fn fault(text: &str) -> (usize, String, PnmlCause) {
    let fault = read_pnml(text.as_bytes()).unwrap_err();
    (fault.line, fault.id, fault.cause)
}

/// A small net around the given elements.
fn net(inside: &str) -> String {
    format!(
        "<pnml><net id=\"n\">\n<place id=\"p\"/><place id=\"q\"/><transition id=\"t\"><name><text>T</text></name></transition>\n{inside}\n</net></pnml>"
    )
}

const ARCS: &str = r#"<arc id="a" source="p" target="t"/><arc id="b" source="t" target="q"/>"#;

const PM4PY: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<pnml>
  <net id="imdf" type="http://www.pnml.org/version-2009/grammar/pnmlcoremodel">
    <name>
      <text>imdf</text>
    </name>
    <page id="n0">
      <place id="source">
        <name>
          <text>source</text>
        </name>
        <initialMarking>
          <text>1</text>
        </initialMarking>
      </place>
      <place id="p_3">
        <name>
          <text>p_3</text>
        </name>
      </place>
      <place id="sink">
        <name>
          <text>sink</text>
        </name>
      </place>
      <transition id="skip_1">
        <name>
          <text>skip_1</text>
        </name>
        <toolspecific tool="ProM" version="6.4" activity="$invisible$" localNodeID="6a3a3f4e-0e0c-4b5f-9c9d-4f1a4d2a7a55"/>
      </transition>
      <transition id="3c1a">
        <name>
          <text>check &amp; sign </text>
        </name>
      </transition>
      <transition id="d2">
        <name>
          <text>check &amp; sign </text>
        </name>
      </transition>
      <arc id="-8766203211" source="source" target="3c1a">
        <inscription>
          <text>1</text>
        </inscription>
      </arc>
      <arc id="2" source="3c1a" target="p_3"/>
      <arc id="3" source="p_3" target="skip_1"/>
      <arc id="4" source="skip_1" target="source"/>
      <arc id="5" source="p_3" target="d2"/>
      <arc id="6" source="d2" target="sink"/>
    </page>
    <finalmarkings>
      <marking>
        <place idref="sink">
          <text>1</text>
        </place>
      </marking>
    </finalmarkings>
  </net>
</pnml>
"#;

#[test]
fn a_net_of_pm4py_is_read() {
    let PnmlRead { net, notes } = read(PM4PY);
    assert_eq!((net.name.as_str(), notes), ("imdf", vec![]));
    let labels: Vec<Option<&str>> = net.transitions.iter().map(|own| own.label.as_deref()).collect();
    // A blank at the end is part of the name: logs have it too. Indentation is not.
    assert_eq!(labels, [None, Some("check & sign "), Some("check & sign ")]);
    assert_eq!(net.transitions[0].id, "skip_1");
    assert_eq!(
        (&net.transitions[0].inputs, &net.transitions[0].outputs),
        (&vec![1], &vec![0])
    );
    assert_eq!(
        (net.initial, net.finals),
        (Marking::from([(0, 1)]), vec![Marking::from([(2, 1)])])
    );
}

#[test]
fn a_net_of_prom_is_read_with_pages_all_places_in_its_marking_and_its_odd_encoding() {
    let text = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<pnml><net id="net1" type="http://www.pnml.org/version-2009/grammar/pnmlcoremodel"><name><text>Đăng ký</text></name>
<page id="n0"><name><text/></name>
<place id="n1"><name><text>Start</text></name><toolspecific tool="ProM" version="6.4" localNodeID="x"/><graphics><position x="1" y="2"/></graphics><initialMarking><text>1</text></initialMarking></place>
<page id="n9"><place id="n2"><name><text>End</text></name></place></page>
<transition id="n3"><name><text/></name><toolspecific tool="ProM" version="6.4" activity="$invisible$" localNodeID="y"/></transition>
<transition id="n4"><name><text>Ký</text></name></transition>
<arc id="arc5" source="n1" target="n3"><name><text>1</text></name><arctype><text>normal</text></arctype></arc>
<arc id="arc6" source="n3" target="n2"><inscription><text>2</text></inscription></arc>
<arc id="arc7" source="n1" target="n4"/><arc id="arc8" source="n4" target="n2"/></page>
<finalmarkings><marking><place idref="n1"><text>0</text></place><place idref="n2"><text>2</text></place></marking>
<marking><place idref="n2"><text>1</text></place></marking><marking/></finalmarkings></net></pnml>"#;
    let PnmlRead { net, notes } = read(text);
    assert_eq!(net.name, "Đăng ký");
    assert_eq!(notes, [PnmlNote::EmptyFinal(12)]);
    assert_eq!(net.transitions[0].outputs, [1, 1]);
    assert_eq!(net.finals, [Marking::from([(1, 2)]), Marking::from([(1, 1)])]);
    // True Latin-1 is read as such.
    let latin: Vec<u8> = text
        .replace("Đăng ký", "caf\u{e9}")
        .replace("Ký", "K")
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    assert_eq!(read_pnml(&latin).unwrap().net.name, "café");
}

#[test]
fn a_net_without_markings_begins_and_ends_at_its_only_source_and_sink() {
    let PnmlRead { net: found, notes } = read(&net(ARCS));
    assert_eq!(
        (found.initial, found.finals),
        (Marking::from([(0, 1)]), vec![Marking::from([(1, 1)])])
    );
    assert_eq!(
        notes,
        [
            PnmlNote::StartGuessed("p".to_owned()),
            PnmlNote::EndGuessed("q".to_owned())
        ]
    );
    let more = format!("{ARCS}<place id='r'/>");
    assert_eq!(fault(&net(&more)).2, PnmlCause::NoStart(2));
    let marked = more.replace("id='r'/", "id='r'><initialMarking>1</initialMarking></place");
    assert_eq!(fault(&net(&marked)), (1, "n".to_owned(), PnmlCause::NoEnd(2)));
}

#[test]
fn references_lead_to_what_they_name() {
    let text = net(
        r#"<page id="x"><referencePlace id="r" ref="s"/><referencePlace id="s" ref="p"/><referenceTransition id="u" ref="t"/>
        <arc id="a" source="r" target="u"/></page><arc id="b" source="u" target="q"/>"#,
    );
    let found = read(&text).net;
    assert_eq!(
        (&found.transitions[0].inputs, &found.transitions[0].outputs),
        (&vec![0], &vec![1])
    );
    let circle = net("<referencePlace id='r' ref='s'/><referencePlace id='s' ref='r'/>");
    assert_eq!(fault(&circle), (3, "r".to_owned(), PnmlCause::CircularReference));
    let lost = net("\n<referencePlace id='r' ref='z'/>");
    assert_eq!(
        fault(&lost),
        (4, "r".to_owned(), PnmlCause::UnknownNode("z".to_owned()))
    );
}

#[test]
fn transitions_without_a_name_are_silent_and_said_so() {
    let text = net(&format!(
        r#"{ARCS}<transition id="u"/><transition id="v"><name><text>  </text></name></transition>
        <transition id="w"><name><text>tau</text></name><toolspecific tool="StochasticPetriNet" version="0.2"><property key="invisible">true</property></toolspecific></transition>"#
    ));
    let PnmlRead { net, notes } = read(&text);
    assert!(net.transitions[1..].iter().all(|own| own.label.is_none()));
    let first = "u".to_owned();
    assert_eq!(notes[2], PnmlNote::Unnamed { count: 2, first });
}

#[test]
fn what_is_wrong_is_said_with_line_and_id() {
    let at = |inside: &str| fault(&net(inside));
    let own = |text: &str| text.to_owned();
    assert_eq!(
        at("<place id='t'/>"),
        (3, own("t"), PnmlCause::DuplicateId { first: 2 })
    );
    assert_eq!(at("<transition/>"), (3, own(""), PnmlCause::NoId(own("transition"))));
    assert_eq!(
        at("<arc id='a' source='p' target='x'/>"),
        (3, own("a"), PnmlCause::UnknownNode(own("x")))
    );
    assert_eq!(at("<arc id='a' target='t'/>").2, PnmlCause::UnknownNode(own("")));
    let (from, to) = (own("p"), own("q"));
    assert_eq!(
        at("<arc id='a' source='p' target='q'/>"),
        (3, own("a"), PnmlCause::SameKind { from, to })
    );
    let (from, to) = (own("t"), own("t"));
    assert_eq!(
        at("<arc id='a' source='t' target='t'/>").2,
        PnmlCause::SameKind { from, to }
    );
    for kind in [
        "<arc id='a' source='p' target='t' type='reset'/>",
        "<arc id='a' source='p' target='t'><arctype><text>reset</text></arctype></arc>",
        "<arc id='a' source='p' target='t'><type value='reset'/></arc>",
    ] {
        assert_eq!(at(kind), (3, own("a"), PnmlCause::ArcKind(own("reset"))));
    }
}

#[test]
fn numbers_and_whole_files_that_are_wrong_are_said() {
    let at = |inside: &str| fault(&net(inside));
    let own = |text: &str| text.to_owned();
    let weight =
        |text: &str| format!("<arc id='a' source='p' target='t'><inscription><text>{text}</text></inscription></arc>");
    assert_eq!(at(&weight("17")).2, PnmlCause::Weight { weight: 17, limit: 16 });
    assert_eq!(
        at(&weight("99999999999999999999999")).2,
        PnmlCause::Weight {
            weight: u64::MAX,
            limit: 16
        }
    );
    assert_eq!(at(&weight("x+1")).2, PnmlCause::NotANumber(own("x+1")));
    assert_eq!(at(&weight("-1")).2, PnmlCause::NotANumber(own("-1")));
    let marked = |text: &str| format!("<place id='r'><initialMarking><text>{text}</text></initialMarking></place>");
    assert_eq!(
        at(&marked("256")).2,
        PnmlCause::TooManyTokens {
            tokens: 256,
            limit: 255
        }
    );
    let last = "<finalmarkings><marking><place idref='t'/></marking></finalmarkings>";
    assert_eq!(at(last).2, PnmlCause::UnknownNode(own("t")));
    let whole = |text: &str| fault(text).2;
    assert_eq!(whole("<pnml><net/></pnml>"), PnmlCause::NoPlaces);
    assert_eq!(whole("<pnml/>"), PnmlCause::NoNet);
    assert_eq!(whole("<pnml><net/><net/></pnml>"), PnmlCause::SeveralNets(2));
    assert_eq!(whole("<definitions/>"), PnmlCause::NotPnml(own("definitions")));
    assert!(matches!(
        whole("<pnml><net type='http://www.pnml.org/version-2009/grammar/symmetricnet'/></pnml>"),
        PnmlCause::NetType(_)
    ));
    let fault = read_pnml(net("<place id='t'/>").as_bytes()).unwrap_err();
    assert_eq!(fault.to_string(), "line 3, t: the id is already used on line 2");
}

fn text() -> impl Strategy<Value = String> {
    let letters = prop::sample::select("aẾ <&\"'>\n\t\r]\u{10FFFF}-$".chars().collect::<Vec<_>>());
    vec(letters, 0..8).prop_map(String::from_iter)
}

fn nets() -> impl Strategy<Value = Net> {
    let places = vec((text(), prop::option::weighted(0.3, 1_u8..5)), 1..6);
    let ends = || vec((0_usize..6, 1_usize..4), 0..4);
    let transitions = vec((prop::option::of(text()), ends(), ends()), 0..6);
    let finals = vec(vec((0_usize..6, 1_u8..4), 1..3), 1..4);
    (text(), places, transitions, finals).prop_map(|(name, places, transitions, finals)| {
        let mut net = Net::named(name);
        let count = places.len();
        for (number, (name, tokens)) in places.into_iter().enumerate() {
            let place = net.place(format!("p.{number}"));
            net.places[place].name = name;
            net.initial.extend(tokens.map(|tokens| (place, tokens)));
        }
        net.initial.entry(0).or_insert(1);
        let weighted = |ends: Vec<(usize, usize)>| -> Vec<usize> {
            let mut seen = std::collections::BTreeSet::new();
            let ends = ends
                .into_iter()
                .map(|(place, times)| (place % count, times))
                .filter(|(place, _)| seen.insert(*place));
            ends.flat_map(|(place, times)| vec![place; times]).collect()
        };
        for (number, (label, inputs, outputs)) in transitions.into_iter().enumerate() {
            let label = label.filter(|label| !label.trim().is_empty());
            net.transition(
                format!("t-{number}"),
                label.as_deref(),
                weighted(inputs),
                weighted(outputs),
            );
        }
        for marking in finals {
            let marking = marking
                .into_iter()
                .map(|(place, tokens)| (place % count, tokens))
                .collect();
            if !net.finals.contains(&marking) {
                net.finals.push(marking);
            }
        }
        net
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_written_net_is_read_as_it_was(net in nets()) {
        let read = read_pnml(write_pnml(&net).as_bytes()).unwrap();
        prop_assert_eq!(read.net, net);
        prop_assert_eq!(read.notes, vec![]);
    }

    #[test]
    fn damaged_files_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = PM4PY.as_bytes().to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let _ = read_pnml(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read_pnml(&bytes);
    }
}

//! Writes PNML.

use std::collections::BTreeMap;

use crate::nets::{Marking, Net, xml::Writer};

const CORE_MODEL: &str = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel";

/// A net as a PNML file, the same for the same net. Silent transitions are marked as ProM and PM4Py mark them, and keep
/// their id as name; a place that is named n times becomes an arc of weight n.
///
/// [`read_pnml`](super::read_pnml) gives the same net again, if its ids are unique and without white space around them,
/// its labels are more than white space, a place that is named several times (16 at most) is so in a row, it has initial
/// and final markings with tokens, and texts hold only characters that XML allows.
pub fn write_pnml(net: &Net) -> String {
    let mut out = Writer::default();
    out.open(
        "pnml",
        &[("xmlns", Some("http://www.pnml.org/version-2009/grammar/pnml"))],
    );
    out.open("net", &[("id", Some("net")), ("type", Some(CORE_MODEL))]);
    if !net.name.is_empty() {
        label(&mut out, "name", &net.name);
    }
    out.open("page", &[("id", Some("page"))]);
    for (number, place) in net.places.iter().enumerate() {
        out.open("place", &[("id", Some(&place.id))]);
        if !place.name.is_empty() {
            label(&mut out, "name", &place.name);
        }
        if let Some(tokens) = net.initial.get(&number) {
            label(&mut out, "initialMarking", &tokens.to_string());
        }
        out.close();
    }
    for transition in &net.transitions {
        out.open("transition", &[("id", Some(&transition.id))]);
        label(&mut out, "name", transition.label.as_deref().unwrap_or(&transition.id));
        if transition.label.is_none() {
            let mark = [
                ("tool", Some("ProM")),
                ("version", Some("6.4")),
                ("activity", Some("$invisible$")),
                ("localNodeID", Some(transition.id.as_str())),
            ];
            out.empty("toolspecific", &mark);
        }
        out.close();
    }
    arcs(&mut out, net);
    out.close();
    out.open("finalmarkings", &[]);
    for marking in &net.finals {
        final_marking(&mut out, net, marking);
    }
    out.finish()
}

fn label(out: &mut Writer, name: &str, text: &str) {
    out.open(name, &[]);
    out.text("text", text);
    out.close();
}

fn arcs(out: &mut Writer, net: &Net) {
    let mut count = 0_usize;
    for transition in &net.transitions {
        for (places, is_input) in [(&transition.inputs, true), (&transition.outputs, false)] {
            for (place, weight) in weights(places) {
                let Some(place) = net.places.get(place) else { continue };
                let (source, target) = if is_input {
                    (&place.id, &transition.id)
                } else {
                    (&transition.id, &place.id)
                };
                count += 1;
                let id = format!("arc{count}");
                let ends = [
                    ("id", Some(id.as_str())),
                    ("source", Some(source)),
                    ("target", Some(target)),
                ];
                out.open("arc", &ends);
                label(out, "inscription", &weight.to_string());
                out.close();
            }
        }
    }
}

/// The places in their order, each once, with how often it is named.
fn weights(places: &[usize]) -> Vec<(usize, usize)> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for place in places {
        *counts.entry(*place).or_default() += 1;
    }
    let once = |place: &usize| Some((*place, counts.remove(place)?));
    places.iter().filter_map(once).collect()
}

fn final_marking(out: &mut Writer, net: &Net, marking: &Marking) {
    out.open("marking", &[]);
    for (place, tokens) in marking {
        if let Some(place) = net.places.get(*place) {
            out.open("place", &[("idref", Some(&place.id))]);
            out.text("text", &tokens.to_string());
            out.close();
        }
    }
    out.close();
}

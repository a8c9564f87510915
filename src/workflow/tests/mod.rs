//! Tests of the room: samples, one for each problem code, live moves, and properties of random tables.

mod alignments;
mod checks;
mod live;
mod net;
mod properties;
mod samples;
mod to_net;

//! The routes of review and approval, one for each kind of document.

use crate::documents::route::{Meaning, Needs, NewStage, Route, RouteStage};
use crate::documents::schema::routes as rows;
use crate::kernel::{PositionId, new_id};
use crate::ledger::Work;
use crate::people::{self, Position};
use crate::procedures::Kind;
use diesel::prelude::*;

type Row = (String, i64, Meaning, Needs, PositionId, Option<i64>);

fn load(work: &mut Work<'_>, kind: Option<Kind>) -> QueryResult<Vec<Row>> {
    let agency = work.agency();
    let mut query = rows::table
        .filter(rows::agency_id.eq(agency))
        .order((rows::kind, rows::stage_no))
        .select((
            rows::kind,
            rows::stage_no,
            rows::meaning,
            rows::needs,
            rows::position_id,
            rows::days,
        ))
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(rows::kind.eq(kind.as_str()));
    }
    query.load(work.conn)
}

/// The positions come in the order of their codes, and so they stand in each stage.
fn route(kind: Kind, rows: &[Row], positions: &[Position]) -> Route {
    let mut stages: Vec<RouteStage> = Vec::new();
    for (_, stage_no, meaning, needs, _, days) in rows.iter().filter(|row| row.0 == kind.as_str()) {
        if stages.iter().any(|stage| stage.stage_no == *stage_no) {
            continue;
        }
        let is_in = |position: &&Position| {
            rows.iter()
                .any(|row| row.0 == kind.as_str() && row.1 == *stage_no && row.4 == position.id)
        };
        let positions = positions.iter().filter(is_in).cloned().collect();
        stages.push(RouteStage {
            stage_no: *stage_no,
            meaning: *meaning,
            needs: *needs,
            positions,
            days: *days,
        });
    }
    Route { kind, stages }
}

/// The route of a kind of document; without stages while none is set.
///
/// # Errors
/// When the database fails.
pub fn route_of(work: &mut Work<'_>, kind: Kind) -> QueryResult<Route> {
    let rows = load(work, Some(kind))?;
    let positions = people::positions(work)?;
    Ok(route(kind, &rows, &positions))
}

/// The routes of all kinds, in the order of the kinds; without stages where none is set.
///
/// # Errors
/// When the database fails.
pub fn routes(work: &mut Work<'_>) -> QueryResult<Vec<Route>> {
    let rows = load(work, None)?;
    let positions = people::positions(work)?;
    Ok(Kind::ALL.iter().map(|kind| route(*kind, &rows, &positions)).collect())
}

/// Puts the stages in the place of the route that the kind had.
pub(in crate::documents) fn replace_route(work: &mut Work<'_>, kind: Kind, stages: &[NewStage]) -> QueryResult<()> {
    let agency = work.agency();
    let old = rows::agency_id.eq(&agency).and(rows::kind.eq(kind.as_str()));
    diesel::delete(rows::table.filter(old)).execute(work.conn)?;
    for (stage_no, stage) in (1_i64..).zip(stages) {
        for position in &stage.positions {
            diesel::insert_into(rows::table)
                .values((
                    rows::id.eq(new_id()),
                    rows::agency_id.eq(&agency),
                    rows::kind.eq(kind.as_str()),
                    rows::stage_no.eq(stage_no),
                    rows::meaning.eq(stage.meaning),
                    rows::needs.eq(stage.needs),
                    rows::position_id.eq(position),
                    rows::days.eq(stage.days),
                ))
                .execute(work.conn)?;
        }
    }
    Ok(())
}

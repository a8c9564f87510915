//! What a comparison rests on, from the database and from the disk.

use crate::conformance::imports::{Against, Bench, Import, Opened, Source, State, import, open_again};
use crate::conformance::replay::RoleNames;
use crate::conformance::severities;
use crate::documents;
use crate::ledger::Work;
use crate::logs::LogMap;
use crate::web::{Desk, Failure};
use std::sync::Arc;

/// The import with this number.
pub(super) async fn by_number(desk: &Desk, number: i64) -> Result<Import, Failure> {
    desk.read(move |work| Ok::<_, Failure>(import(work, number)?)).await
}

/// The names of the roles of the office.
pub(super) fn role_names(work: &mut Work<'_>) -> Result<RoleNames, Failure> {
    let mut names = RoleNames::default();
    for role in documents::roles(work)? {
        if !role.name_en.is_empty() {
            names.en.insert(role.code.clone(), role.name_en);
        }
        names.vi.insert(role.code, role.name);
    }
    Ok(names)
}

/// A file that was kept.
async fn kept(desk: &Desk, sha256: &str) -> Result<Vec<u8>, Failure> {
    let (dir, wanted) = (desk.site().files.clone(), sha256.to_owned());
    let bytes = desk.aside(move || documents::read_file(&dir, &wanted)).await?;
    bytes.map_err(|cause| Failure::of_kept_file(cause, "log", sha256))
}

/// Everything that the comparison of a log rests on.
pub(super) async fn source(desk: &Desk, import: &Import) -> Result<Source, Failure> {
    let version = import.version.clone();
    let (content, names, severities) = desk
        .read(move |work| {
            let content = match &version {
                Some(version) => Some(documents::content_of(work, version)?),
                None => None,
            };
            Ok::<_, Failure>((content, role_names(work)?, severities(work)?))
        })
        .await?;
    let against = match (content, &import.net_sha256) {
        (Some(content), _) => Against::Procedure(content),
        (None, Some(net)) => Against::Net(kept(desk, net).await?),
        (None, None) => return Err(Failure::NotFound),
    };
    Ok(Source {
        file_name: import.file_name.clone(),
        bytes: kept(desk, &import.file_sha256).await?,
        map: LogMap::parse(&import.map).unwrap_or_default(),
        against,
        names,
        severities,
    })
}

/// A log that was compared, open for looking at its cases.
pub(super) async fn opened(desk: &Desk, number: i64) -> Result<(Import, Arc<Opened>), Failure> {
    let import = by_number(desk, number).await?;
    if import.state != State::Done {
        return Err(Failure::NotFound);
    }
    let source = source(desk, &import).await?;
    let id = import.id.clone();
    let opened = desk.aside(move || open_again(&id, &source)).await??;
    Ok((import, opened))
}

/// What a comparison needs besides the log.
pub(super) fn bench(desk: &Desk) -> Bench {
    let site = desk.site();
    Bench {
        db: site.db.clone(),
        clock: site.clock.clone(),
        files: site.files.clone(),
        pages: site.pages.clone(),
        actor: desk.actor().clone(),
    }
}

//! Choosing packages.

use rattler_conda_types::{PackageRecord, RepoDataRecord};
use rattler_solve::{
    CancellationToken, ExcludeNewer, RepoDataIter, SolveError, SolveStrategy, SolverImpl, SolverTask, resolvo,
};

use super::conflict::conflict;
use super::problem::Problem;
use crate::cancel::Cancel;
use crate::environment::channels::CurrentChannels;
use crate::error::{Error, Result};
use crate::progress::{Environment, Phase, Progress};

/// Solves on a thread of its own; packages come out with dependencies before dependants.
///
/// # Errors
/// [`Error::Solve`] with the solver's explanation, [`Error::Cancelled`].
pub(in super::super) async fn solve(
    problem: Problem,
    environment: Environment,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Vec<RepoDataRecord>> {
    cancel.check()?;
    let _phase = progress.phase(Phase::Solve, Some(environment));
    let token = CancellationToken::new();
    let stop = token.clone();
    let mut solving = tokio::task::spawn_blocking(move || {
        run(&problem, token).map_err(|error| {
            let conflict = match &error {
                SolveError::Unsolvable(_) => conflict(&problem, problem.priority()),
                _ => None,
            };
            (error, conflict)
        })
    });
    let joined = tokio::select! {
        joined = &mut solving => joined,
        () = cancel.token().cancelled() => {
            stop.cancel();
            solving.await
        }
    };
    let records = joined.map_err(|error| Error::Internal { reason: format!("the solver stopped: {error}") })?;
    cancel.check()?;
    records.map(PackageRecord::sort_topologically).map_err(|(error, conflict)| {
        let conflict = conflict.map(Box::new);
        match error {
            SolveError::Cancelled => Error::Cancelled,
            SolveError::Unsolvable(reasons) => Error::Solve {
                environment,
                explanation: reasons.join("\n").trim_end().to_owned(),
                conflict,
                nearest: Vec::new(),
            },
            other => Error::Solve { environment, explanation: other.to_string(), conflict, nearest: Vec::new() },
        }
    })
}

fn run(problem: &Problem, token: CancellationToken) -> Result<Vec<RepoDataRecord>, SolveError> {
    let task = SolverTask {
        available_packages: problem.available.iter().map(|data| RepoDataIter(data.iter())).collect::<Vec<_>>(),
        // What rattler calls locked is only preferred; pinned is what cannot change.
        locked_packages: problem.favored.iter().collect(),
        pinned_packages: problem.pinned.iter().collect(),
        virtual_packages: problem.virtual_packages.clone(),
        specs: problem.specs.clone(),
        constraints: Vec::new(),
        timeout: None,
        channel_priority: problem.priority(),
        exclude_newer: problem.exclude_newer.clone(),
        strategy: SolveStrategy::Highest,
        dependency_overrides: Vec::new(),
        excluded_candidates: std::collections::HashMap::default(),
        cancellation_token: Some(token),
    };
    resolvo::Solver.solve(task).map(|result| result.records)
}

/// Reads the moment after which packages are too new. A package without any time counts as too new, as nobody can say
/// that it is not; packages in the session's output folder never do.
///
/// # Errors
/// [`Error::InvalidOption`] for a text that is no RFC 3339 time.
pub(in super::super) fn exclude_newer(
    moment: Option<&str>,
    channels: &CurrentChannels,
) -> Result<Option<ExcludeNewer>> {
    let Some(moment) = moment else { return Ok(None) };
    let cutoff: jiff::Timestamp = moment.parse().map_err(|error| Error::InvalidOption {
        option: "excludeNewer",
        reason: format!("`{moment}` is no RFC 3339 time: {error}"),
    })?;
    let exclude = ExcludeNewer::from_datetime(cutoff);
    Ok(Some(match &channels.built {
        Some(built) => exclude.with_channel_cutoff(built.channel().base_url.to_string(), jiff::Timestamp::MAX),
        None => exclude,
    }))
}

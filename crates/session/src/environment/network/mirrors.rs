//! Mirrors: the same files at other addresses.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::header::AUTHORIZATION;
use http::{Extensions, HeaderValue, StatusCode};
use reqwest::{Client, Request, Response};
use reqwest_middleware::{Middleware, Next};
use url::Url;

use crate::error::{Error, Result};
use crate::redact::redact;

/// Addresses by the address that they stand in for, those with the longest path first.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct MirrorList(Vec<(Url, Vec<Url>)>);

impl MirrorList {
    /// Mirrors of the configuration files and those of the options, which go before for the same address.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an option that is no HTTP address.
    pub(super) fn of(
        configured: &[(Url, Vec<Url>)],
        chosen: &BTreeMap<String, Vec<String>>,
        notes: &mut Vec<String>,
    ) -> Result<Self> {
        let mut all = BTreeMap::new();
        for (address, mirrors) in configured {
            let usable: Vec<Url> = mirrors.iter().filter(|url| is_http(url)).map(as_folder).collect();
            for other in mirrors.iter().filter(|url| !is_http(url)) {
                notes.push(format!("The mirror {} is left out: only http and https are known", redact(other.as_str())));
            }
            if is_http(address) && !usable.is_empty() {
                all.insert(as_folder(address), usable);
            }
        }
        for (address, mirrors) in chosen {
            let mirrors = mirrors.iter().map(|url| parse(url)).collect::<Result<Vec<_>>>()?;
            // An empty list takes the mirrors of the configuration away.
            all.remove(&parse(address)?);
            if !mirrors.is_empty() {
                all.insert(parse(address)?, mirrors);
            }
        }
        let mut list: Vec<_> = all.into_iter().collect();
        list.sort_by_key(|(address, _)| std::cmp::Reverse(address.path().len()));
        Ok(Self(list))
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn parse(text: &str) -> Result<Url> {
    let wrong =
        |reason: &str| Error::InvalidOption { option: "mirrors", reason: format!("`{}`: {reason}", redact(text)) };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if is_http(&url) { Ok(as_folder(&url)) } else { Err(wrong("only http and https addresses can be used")) }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// With a slash at the end and nothing behind it.
fn as_folder(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url
}

/// Sends requests to the mirrors of an address in its place, to the one that failed least first, until one has an answer.
///
/// Names, passwords and tokens that the address itself holds stay away from mirrors: those have their own.
pub(in super::super) struct Mirrors(Vec<(Url, Vec<Mirror>)>);

struct Mirror {
    url: Url,
    /// What the address of the mirror says of who is asking.
    authorization: Option<HeaderValue>,
    failures: AtomicUsize,
}

impl Mirrors {
    pub(in super::super) fn new(list: &MirrorList, client: &Client) -> Self {
        let mirror = |url: &Url| {
            // The client takes name and password out of an address and makes the header of them.
            let request = client.get(url.clone()).build().ok();
            let authorization = request.as_ref().and_then(|request| request.headers().get(AUTHORIZATION).cloned());
            let url = request.map_or_else(|| url.clone(), |request| request.url().clone());
            Mirror { url, authorization, failures: AtomicUsize::new(0) }
        };
        Self(list.0.iter().map(|(address, mirrors)| (address.clone(), mirrors.iter().map(mirror).collect())).collect())
    }

    /// The mirrors for a request, with what follows their address.
    fn of<'a>(&'a self, url: &'a Url) -> Option<(&'a [Mirror], String)> {
        let plain = without_token(url.path());
        self.0.iter().find_map(|(address, mirrors)| {
            let same_place = address.origin() == url.origin();
            let rest = [plain, url.path()].into_iter().find_map(|path| path.strip_prefix(address.path()));
            rest.filter(|_| same_place).map(|rest| (mirrors.as_slice(), rest.to_owned()))
        })
    }
}

/// `/t/TOKEN/channel` → `/channel`
fn without_token(path: &str) -> &str {
    let token = path.strip_prefix("/t/").and_then(|rest| rest.find('/').map(|end| end + "/t/".len()));
    token.and_then(|start| path.get(start..)).unwrap_or(path)
}

impl Mirror {
    fn request(&self, like: &Request, rest: &str) -> Option<Request> {
        let mut request = like.try_clone()?;
        let mut url = self.url.clone();
        url.set_path(&format!("{}{rest}", self.url.path()));
        url.set_query(like.url().query());
        if url.origin() != like.url().origin() {
            request.headers_mut().remove(AUTHORIZATION);
        }
        if let Some(authorization) = &self.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        *request.url_mut() = url;
        Some(request)
    }
}

#[async_trait::async_trait]
impl Middleware for Mirrors {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let Some((mirrors, rest)) = self.of(request.url()) else { return next.run(request, extensions).await };
        let mut order: Vec<&Mirror> = mirrors.iter().collect();
        order.sort_by_key(|mirror| mirror.failures.load(Ordering::Relaxed));
        let mut worst_case = None;
        for mirror in order {
            let Some(request) = mirror.request(&request, &rest) else { continue };
            let result = next.clone().run(request, extensions).await;
            match judge(&result) {
                Judgement::Answer => return result,
                // What a mirror does not have, another may: they are not all up to date.
                Judgement::NotThere => worst_case = Some(result),
                Judgement::Failure => {
                    mirror.failures.fetch_add(1, Ordering::Relaxed);
                    // That one mirror does not have it is told rather than that another cannot be reached: files that
                    // need not be there are asked for as well.
                    if !matches!(worst_case.as_ref().map(judge), Some(Judgement::NotThere)) {
                        worst_case = Some(result);
                    }
                }
            }
        }
        match worst_case {
            Some(result) => result,
            None => next.run(request, extensions).await,
        }
    }
}

enum Judgement {
    Answer,
    NotThere,
    Failure,
}

fn judge(result: &reqwest_middleware::Result<Response>) -> Judgement {
    match result.as_ref().map(Response::status) {
        Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Judgement::NotThere,
        Ok(status) if status.is_client_error() || status.is_server_error() => Judgement::Failure,
        Ok(_) => Judgement::Answer,
        Err(_) => Judgement::Failure,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn mirrors(address: &str) -> Mirrors {
        let chosen = BTreeMap::from([(address.to_owned(), vec!["https://me:pw@mirror.org/x".to_owned()])]);
        Mirrors::new(&MirrorList::of(&[], &chosen, &mut Vec::new()).unwrap(), &Client::new())
    }

    #[test]
    fn an_address_is_mirrored_by_whole_parts_of_its_path() {
        for (address, url, goes_to) in [
            ("https://h.org/chan", "https://h.org/chan/noarch/a.conda", Some("https://mirror.org/x/noarch/a.conda")),
            ("https://h.org", "https://h.org/chan/a?b=1", Some("https://mirror.org/x/chan/a?b=1")),
            ("https://h.org/chan", "https://h.org/channel/a", None),
            ("https://h.org/chan", "http://h.org/chan/a", None),
            ("https://h.org/chan", "https://h.org/t/tk-1/chan/a", Some("https://mirror.org/x/a")),
            ("https://h.org/t/tk-1/chan", "https://h.org/t/tk-1/chan/a", Some("https://mirror.org/x/a")),
            ("https://h.org", "https://h.org/t/tk-1/chan/a", Some("https://mirror.org/x/chan/a")),
        ] {
            let mirrors = mirrors(address);
            let request = Request::new(http::Method::GET, url.parse().unwrap());
            let sent = mirrors.of(request.url()).map(|(all, rest)| all[0].request(&request, &rest).unwrap());
            assert_eq!(sent.as_ref().map(|request| request.url().as_str()), goes_to, "{address} {url}");
        }
    }

    #[test]
    fn a_mirror_is_told_its_own_password_and_no_other() {
        let mirrors = mirrors("https://h.org");
        let request = Client::new().get("https://you:secret@h.org/a").build().unwrap();
        let (all, rest) = mirrors.of(request.url()).unwrap();
        let sent = all[0].request(&request, &rest).unwrap();
        assert_eq!(sent.headers().get(AUTHORIZATION).unwrap(), "Basic bWU6cHc=");
        assert_eq!(sent.url().as_str(), "https://mirror.org/x/a");
    }

    #[test]
    fn an_option_that_is_no_address_is_named_without_secrets() {
        let chosen = BTreeMap::from([("https://h.org".to_owned(), vec!["ftp://me:pw@mirror.org".to_owned()])]);
        let error = MirrorList::of(&[], &chosen, &mut Vec::new()).err().unwrap();
        let text = "invalid option `mirrors`: `ftp://***@mirror.org`: only http and https addresses can be used";
        assert_eq!(error.to_string(), text);
    }
}

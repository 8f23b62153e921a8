//! The contact sheet of a batch: one HTML page beside the maps, without scripts or anything from
//! elsewhere, for light and dark screens.

use std::fmt::Write;

use super::manifest::{Entry, Written};
use crate::plan::Severity;
use crate::units::Microlitres;

const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#f6f6f4;--card:#fff;--ink:#1d2327;--soft:#5b656c;--line:#d8dbdd;--bad:#a3261c;--care:#7a5200}
@media (prefers-color-scheme:dark){:root{--ground:#15181a;--card:#1f2426;--ink:#e8eaeb;--soft:#a3adb3;--line:#363d41;--bad:#ff8a7d;--care:#f0c36d}}
body{margin:0 auto;padding:2rem 1.5rem;max-width:80rem;background:var(--ground);color:var(--ink);font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.4rem;margin:0}
p{margin:.3rem 0;color:var(--soft)}
ul{list-style:none;margin:1.5rem 0;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr))}
li{background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden}
a{color:inherit;display:block;text-decoration:none}
a:focus-visible{outline:3px solid var(--care);outline-offset:-3px}
img{display:block;width:100%;aspect-ratio:210/297;object-fit:contain;background:#fff}
.more{display:flex;flex-wrap:wrap;gap:.5rem;padding:0 .9rem .9rem}
.more a{width:4rem;text-align:center;font-size:.8rem;color:var(--soft)}
.more img{border:1px solid var(--line);box-sizing:border-box}
.text{padding:.7rem .9rem}
h2{font-size:1rem;margin:0;overflow-wrap:anywhere}
.bad{color:var(--bad);font-weight:600;overflow-wrap:anywhere}
.care{color:var(--care)}
";

/// The page for `entries`, whose files stand beside it.
pub fn write(title: &str, entries: &[Entry]) -> String {
    let mut page = String::new();
    let title = escaped(title);
    let made = entries.iter().filter(|entry| entry.file.is_some()).count();
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>{made} of {} maps made. For licensed professionals; a planning aid, not clinical advice.</p>\n<ul>\n",
        entries.len()
    );
    for entry in entries {
        page += &card(entry);
    }
    page += "</ul>\n</body>\n</html>\n";
    page
}

fn card(entry: &Entry) -> String {
    let title = escaped(&entry.title);
    let Some(file) = &entry.file else {
        let fault = escaped(entry.fault.as_deref().unwrap_or("could not be made"));
        return format!(
            "<li><div class=\"text\"><h2>{title}</h2><p>{}</p><p class=\"bad\">Not made: {fault}</p></div></li>\n",
            escaped(&entry.source)
        );
    };
    let link = url(file);
    let given = match (entry.points, entry.volume_ul) {
        (0, volume) if volume > Microlitres::ZERO => format!("{volume} on the skin"),
        (points, volume) => format!("{points} points, {volume} in all"),
    };
    let mut card = format!(
        "<li><a href=\"{link}\">{}<div class=\"text\"><h2>{title}</h2><p>{}: {given}</p>",
        picture(file, &format!("Map: {title}")),
        escaped(&entry.body),
    );
    for (severity, class, name) in [(Severity::Error, "bad", "error"), (Severity::Warning, "care", "warning")]
    {
        let count = entry.findings.iter().filter(|finding| finding.severity == severity).count();
        if count > 0 {
            let plural = if count == 1 { "" } else { "s" };
            let _ = write!(card, "<p class=\"{class}\">{count} {name}{plural}</p>");
        }
    }
    card + "</div></a>" + &more(entry, &title) + "</li>\n"
}

/// The pages after the first, in small.
fn more(entry: &Entry, title: &str) -> String {
    if entry.further.is_empty() {
        return String::new();
    }
    let link = |(number, file): (usize, &Written)| {
        let picture = picture(&file.file, &format!("Page {number}: {title}"));
        format!("<a href=\"{}\">{picture}{number}</a>", url(&file.file))
    };
    let links: String = (2..).zip(&entry.further).map(link).collect();
    format!("<div class=\"more\">{links}</div>")
}

/// The page itself, where a browser shows it as a picture.
fn picture(file: &str, words: &str) -> String {
    let is_picture = [".svg", ".png"].iter().any(|ending| file.ends_with(ending));
    if is_picture {
        format!("<img src=\"{}\" alt=\"{words}\" loading=\"lazy\">", url(file))
    } else {
        String::new()
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A file name as a relative link.
fn url(file: &str) -> String {
    let mut link = String::new();
    for byte in file.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_files_cannot_become_markup() {
        let entry = Entry::failed("<script>x</script>", "\"&", "woman", "<b>".into());
        let page = write("A & <b>", &[entry]);
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("A &amp; &lt;b&gt;") && page.contains("Not made: &lt;b&gt;"));
    }

    #[test]
    fn links_hold_for_names_with_spaces_and_accents() {
        assert_eq!(url("é 1.svg"), "%C3%A9%201.svg");
    }
}

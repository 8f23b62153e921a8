//! The page in a real browser, from the first click to the file on the disk.
//!
//! Where chromium is not installed these tests say that they were skipped; where CI is set that is a
//! failure. `NAPPAGE_SCREENSHOTS=DIR` keeps pictures of what they saw.

use crate::browser;
use crate::server;
use crate::support;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use browser::{Browser, Tab, installed};
use nappage::library::Library;
use serde_json::{Value, json};
use server::Server;
use support::Folder;

const TABLET: [u32; 2] = [1024, 768];
const DESKTOP: [u32; 2] = [1440, 900];

/// A running program with a browser beside it.
struct Room {
    server: Server,
    browser: Browser,
    folder: Folder,
}

impl Room {
    /// `None` where there is no browser.
    fn new() -> Option<Self> {
        let program = installed()?;
        let folder = Folder::new();
        let browser = Browser::start(&program, folder.path());
        Some(Self { server: Server::start(None), browser, folder })
    }

    /// The page, with its first plan.
    #[track_caller]
    fn page(&mut self, size: [u32; 2]) -> Tab {
        let tab = self.browser.open(&self.server.link(), size);
        self.settled(&tab);
        tab
    }

    /// Waits until the page shows the plan of what it holds.
    #[track_caller]
    fn settled(&mut self, tab: &Tab) {
        self.browser
            .until(tab, "document.body.dataset.planned && !document.body.classList.contains('working')");
    }

    /// Moves the spacing's slider, as a hand that drags it.
    fn slide(&mut self, tab: &Tab, mm: f64) {
        self.browser.value(
            tab,
            &format!(
                "{{ const s = document.querySelector('#slide-spacing'); s.value = {mm}; \
                 s.dispatchEvent(new Event('input', {{ bubbles: true }})); }}"
            ),
        );
    }

    fn total(&mut self, tab: &Tab) -> String {
        self.browser.text(tab, "#total")
    }

    /// Waits for a file of the browser's, written to its end.
    #[track_caller]
    fn saved(&self, name: &str) -> Vec<u8> {
        let path = self.folder.path().join(name);
        let begun = Instant::now();
        while !path.is_file() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{name} was not saved: {:?}",
                self.folder.names(".")
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        std::fs::read(path).expect("the file")
    }
}

/// The keys of a command, as the protocol names them.
const CTRL: u32 = 2;
const SHIFT: u32 = 8;

#[test]
fn from_opening_the_page_to_a_pdf_on_the_disk() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    let address = room.browser.value(&tab, "location.href");
    assert!(!address.as_str().unwrap_or_default().contains(&room.server.token), "{address}");
    let full_face = room.total(&tab);
    room.browser.picture(&tab, "start");

    // Zones by clicking on the face: the nose is not part of the full face, the chin is.
    let middle_of = |zone: &str| {
        format!(
            "(() => {{ const b = document.querySelector('g.zone[data-zone={zone}] .area').getBoundingClientRect(); \
             return [b.left + b.width / 2, b.top + b.height * 0.3]; }})()"
        )
    };
    let place = room.browser.value(&tab, &middle_of("nose"));
    room.browser.click_at(&tab, [place[0].as_f64().expect("x"), place[1].as_f64().expect("y")]);
    room.browser.until(&tab, "document.querySelector('tr[data-zone=nose]')");
    room.browser.until(&tab, "document.querySelector('g.zone[data-zone=nose]').classList.contains('chosen')");
    assert_eq!(room.browser.text(&tab, ".unsaved"), "not saved");

    // A decimal comma is read, and what is asked is what is shown.
    room.browser.fill(&tab, "#field-spacing", "13,5");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('13.5 mm')");
    let wider = room.total(&tab);

    // Undo and redo, by keys and by buttons.
    room.browser.value(&tab, "document.activeElement.blur()");
    room.browser.press(&tab, "z", "KeyZ", 90, CTRL);
    room.browser.press(&tab, "z", "KeyZ", 90, CTRL);
    room.browser
        .until(&tab, &format!("document.querySelector('#total').textContent === {}", json!(full_face)));
    room.browser.until(&tab, "!document.querySelector('tr[data-zone=nose]')");
    room.browser.press(&tab, "Z", "KeyZ", 90, CTRL | SHIFT);
    room.browser.click(&tab, "[data-do=redo]");
    room.browser.until(&tab, &format!("document.querySelector('#total').textContent === {}", json!(wider)));

    // The session on the disk is the one that the command line reads.
    room.browser.fill(&tab, "#field-reference", "K 12");
    room.browser.press(&tab, "s", "KeyS", 83, CTRL);
    let session = String::from_utf8(room.saved("session.toml")).expect("text");
    assert!(
        session.contains("reference = \"K 12\"") && session.contains("spacing = \"13,5 mm\""),
        "{session}"
    );
    room.browser.until(&tab, "document.querySelector('.unsaved').hidden");

    // And so are the sheets.
    room.browser.click(&tab, "[data-do=sheets]");
    room.browser.click(&tab, ".tick:has([value=worksheet])");
    room.browser.picture(&tab, "sheets");
    room.browser.click(&tab, "[data-do=save-sheets]");
    let pdf = room.saved("nappage-map-worksheet.pdf");
    room.folder.run(&["map", "--session", "session.toml", "--pages", "map,worksheet", "-o", "own.pdf"]);
    assert!(pdf.starts_with(b"%PDF-") && pdf == room.folder.bytes("own.pdf"), "the PDF differs");

    // So is the plan, for the session after this one.
    room.browser.click(&tab, "[data-do=plan]");
    let plan = room.saved("nappage-plan.json");
    room.folder.run(&["map", "--session", "session.toml", "--format", "json", "-o", "own.json"]);
    assert!(plan == room.folder.bytes("own.json"), "the plan differs");
    let path = room.folder.path().join("nappage-plan.json");
    room.browser.choose(&tab, "input[accept='.json']", &path);
    room.browser.until(&tab, "document.querySelector('.legend').textContent.includes('last time: ')");
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn what_breaks_a_limit_and_what_cannot_be_is_told_in_words() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(DESKTOP);
    room.browser.click(&tab, ".choice:has([value=point]) label:has([value=point])");
    room.browser.fill(&tab, "#field-volume", "0,02");
    room.browser.fill(&tab, "#field-spacing", "10");
    room.browser.until(&tab, "document.querySelector('.findings .error')");
    assert!(room.browser.text(&tab, ".state").contains("do not use"));
    room.browser.picture(&tab, "over-budget");

    // What is counted is counted in whole numbers, and nothing that is typed is lost.
    for typed in ["two", "2,5", "0"] {
        room.browser.fill(&tab, "#field-vials\\.number", typed);
        room.browser.until(&tab, "!document.querySelector('#field-vials\\\\.number-fault').hidden");
        assert_eq!(
            room.browser.value(&tab, "document.querySelector('#field-vials\\\\.number').value"),
            typed
        );
        room.browser.click(&tab, "[data-do=undo]");
        room.browser.until(&tab, "document.querySelector('.faults').hidden");
    }

    // The last picture stays while nothing can be planned, and the fault stands at its field.
    let points = "document.querySelectorAll('g.point').length";
    let before = room.browser.value(&tab, points);
    room.browser.fill(&tab, "#field-spacing", "3 cm");
    room.browser.until(&tab, "!document.querySelector('.faults').hidden");
    assert_eq!(
        room.browser.value(&tab, "document.querySelector('#field-spacing').getAttribute('aria-invalid')"),
        "true"
    );
    assert!(room.browser.text(&tab, "#field-spacing-fault").contains("10 to 15 mm"));
    assert_eq!(room.browser.value(&tab, points), before);
    room.browser.picture(&tab, "fault");
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(&tab, "document.querySelector('.faults').hidden");
}

#[test]
fn a_malformed_session_file_is_told_line_by_line_and_changes_nothing() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    let before = room.total(&tab);
    let text =
        "format = 'nappage-session/1'\nzones = ['chin']\nspacing = 12\nvolum = '1 ml'\nbody = '<b>x</b>'\n";
    let path = room.folder.put("mine.toml", text);
    room.browser.choose(&tab, "input[type=file]", &path);
    room.browser.until(&tab, "!document.querySelector('.faults').hidden");
    let told = room.browser.text(&tab, ".faults");
    for part in ["mine.toml", "line 3", "line 4", "did you mean 'volume'?"] {
        assert!(told.contains(part), "{part} is missing in: {told}");
    }
    room.browser.picture(&tab, "malformed");
    assert_eq!(room.total(&tab), before);
    for hostile in [&b"\x00\x01\x02"[..], b"", "[".repeat(9000).as_bytes()] {
        let path = room.folder.put("hostile.toml", hostile);
        room.browser.choose(&tab, "input[type=file]", &path);
        room.browser.until(&tab, "document.querySelector('.faults h2').textContent.includes('hostile.toml')");
    }

    // One that is dropped on the page is read the same way, and the browser does not leave for it.
    let dropped = |name: &str, text: &str| {
        format!(
            "(() => {{ const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File([{}], {})); \
             return document.querySelector('#stage').dispatchEvent(new DragEvent('drop', {{ dataTransfer, bubbles: true, cancelable: true }})); }})()",
            json!(text),
            json!(name)
        )
    };
    assert_eq!(room.browser.value(&tab, &dropped("bad.toml", "zones = 3")), false);
    room.browser.until(&tab, "document.querySelector('.faults h2').textContent.includes('bad.toml')");
    assert_eq!(room.total(&tab), before);

    // It is told of until it is dismissed or another one is read, whatever is planned meanwhile.
    room.slide(&tab, 13.1);
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('13.1 mm')");
    room.settled(&tab);
    assert!(room.browser.text(&tab, ".faults h2").contains("bad.toml"));
    assert_eq!(room.browser.value(&tab, "document.querySelector('.faults').hidden"), json!(false));
    room.browser.press(&tab, "z", "KeyZ", 90, CTRL);
    room.browser.until(&tab, &format!("document.querySelector('#total').textContent === {}", json!(before)));

    // A good one opens, and undo brings the old session back, name and all.
    let good = "format = 'nappage-session/1'\nzones = ['chin']\n";
    room.browser.value(&tab, &dropped("good.toml", good));
    room.browser.until(&tab, "document.querySelectorAll('tbody tr').length === 1");
    assert_eq!(room.browser.text(&tab, ".session .name"), "good.toml");
    assert_eq!(room.browser.value(&tab, "document.querySelector('.faults').hidden"), json!(true));
    room.browser.press(&tab, "z", "KeyZ", 90, CTRL);
    room.browser.until(&tab, &format!("document.querySelector('#total').textContent === {}", json!(before)));
    assert_eq!(room.browser.text(&tab, ".session .name"), "New session");
    assert_eq!(room.browser.value(&tab, "document.querySelector('.unsaved').hidden"), true);
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn two_tabs_of_one_session_lose_no_edit() {
    let Some(mut room) = Room::new() else { return };
    let path = room.folder.put("one.toml", "format = 'nappage-session/1'\nzones = ['chin', 'jaw']\n");
    let tabs = [room.page(TABLET), room.page(TABLET)];
    for tab in &tabs {
        room.browser.choose(tab, "input[type=file]", &path);
        room.browser.until(tab, "document.querySelectorAll('tbody tr').length === 3");
    }
    room.browser.fill(&tabs[0], "#field-spacing", "11");
    room.browser.until(&tabs[1], "document.querySelector('[data-notice=tabs]')");
    room.browser.picture(&tabs[1], "two-tabs");
    // The second tab still holds its own, until it says otherwise.
    assert_eq!(
        room.browser.value(
            &tabs[1],
            "document.querySelectorAll('[data-do=automatic-spacing][aria-pressed=true]').length"
        ),
        1
    );
    room.browser.click(&tabs[1], "[data-notice=tabs] button");
    room.browser.until(&tabs[1], "document.querySelector('#field-spacing').value === '11'");
    // Even that can be undone.
    room.browser.press(&tabs[1], "z", "KeyZ", 90, CTRL);
    room.browser.until(
        &tabs[1],
        "document.querySelector('[data-do=automatic-spacing]').getAttribute('aria-pressed') === 'true'",
    );
    assert_eq!(room.browser.value(&tabs[0], "document.querySelector('#field-spacing').value"), "11");
}

#[test]
fn the_work_survives_the_program_being_killed_and_started_again() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    room.browser.fill(&tab, "#field-spacing", "14");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('14 mm')");
    let port = room.server.port();
    room.server.kill();
    room.browser.fill(&tab, "#field-spacing", "11");
    room.browser.until(&tab, "document.querySelector('[data-notice=server]')");
    assert!(room.browser.text(&tab, "[data-notice=server]").contains("kept in this tab"));
    room.browser.picture(&tab, "gone");
    // What was changed since cannot be saved now, and an older state is not taken for it.
    room.browser.press(&tab, "s", "KeyS", 83, CTRL);
    room.browser.until(&tab, "document.querySelector('[data-notice=save]')");
    assert_eq!(room.browser.text(&tab, ".unsaved"), "not saved");

    // A page that knows another token is refused, and says how to go on.
    room.server = Server::start(Some(port));
    room.browser.until(&tab, "document.querySelector('[data-notice=server] input')");
    room.browser.picture(&tab, "started-anew");

    // The page that the new start opens hands its token on.
    let _second = room.page(TABLET);
    room.browser.until(&tab, "!document.querySelector('[data-notice=server]')");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('11 mm')");
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());

    // A reload keeps the session, but nothing of a patient.
    room.browser.fill(&tab, "#field-reference", "K 12");
    room.browser.value(&tab, "document.querySelector('[name=screening-pregnancy][value=yes]').click()");
    room.browser.until(&tab, "document.querySelector('#results').textContent.includes('a reason to defer')");
    room.settled(&tab);
    let kept = room
        .browser
        .value(&tab, "JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage })");
    let kept = kept.as_str().unwrap_or_default();
    assert!(kept.contains("11 mm") && !kept.contains("K 12") && !kept.contains("pregnancy"), "{kept}");
}

#[test]
fn the_address_can_be_pasted_where_no_page_was_opened() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    let port = room.server.port();
    room.server.kill();
    room.server = Server::start(Some(port));
    room.browser.fill(&tab, "#field-spacing", "11");
    room.browser.until(&tab, "document.querySelector('[data-notice=server] input')");
    room.browser.fill(
        &tab,
        "[data-notice=server] input",
        "http://127.0.0.1:1/#00000000000000000000000000000000",
    );
    room.browser.click(&tab, "[data-notice=server] form button");
    room.browser.until(&tab, "document.querySelector('[data-notice=address]')");
    let link = room.server.link();
    room.browser.fill(&tab, "[data-notice=server] input", &link);
    room.browser.click(&tab, "[data-notice=server] form button");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('11 mm')");
    let bare = room.browser.open(&format!("http://{}/", room.server.host), TABLET);
    room.browser.until(&bare, "document.querySelector('[data-notice=token]')");
}

#[test]
fn a_hostile_page_on_another_origin_gets_nothing() {
    let Some(mut room) = Room::new() else { return };
    let own = room.page(TABLET);
    let before = room.total(&own);
    let host = room.server.host.clone();
    let page = format!(
        "<!doctype html><script>
        const at = 'http://{host}';
        const tried = async (name, ask) => [name, await ask().then((r) => r.type + ' ' + r.status, (e) => 'refused')];
        const post = (mode, headers) => () => fetch(at + '/api/plan', {{ method: 'POST', mode, headers, body: '{{}}' }});
        const framed = () => new Promise((done) => {{
          const frame = document.createElement('iframe');
          frame.src = at + '/';
          frame.onload = () => {{
            let seen; try {{ seen = frame.contentDocument ? 'read' : 'closed'; }} catch {{ seen = 'closed'; }}
            done({{ type: seen, status: 0 }});
          }};
          document.documentElement.append(frame);
        }});
        const scripted = () => new Promise((done, not) => {{
          const script = document.createElement('script');
          script.src = at + '/api/library';
          script.onload = () => done({{ type: 'run', status: 0 }}); script.onerror = not;
          document.documentElement.append(script);
        }});
        addEventListener('load', async () => {{
          window.results = Object.fromEntries(await Promise.all([
            tried('cors', post('cors', {{}})), tried('token', post('cors', {{ 'x-nappage-token': '0' }})),
            tried('blind', post('no-cors', {{}})), tried('library', () => fetch(at + '/api/library')),
            tried('page', () => fetch(at + '/')), tried('script', scripted), tried('frame', framed),
          ]));
        }});
        </script>"
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let elsewhere = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let page = page.clone();
            // A browser opens connections that it may never use.
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    page.len()
                );
                let _ = stream.write_all(format!("{head}{page}").as_bytes());
            });
        }
    });
    // The same machine under another port is another origin, and so is another name.
    for address in [format!("http://{elsewhere}/"), format!("http://localhost:{}/", elsewhere.port())] {
        let hostile = room.browser.open(&address, TABLET);
        room.browser.until(&hostile, "window.results");
        let results = room.browser.value(&hostile, "results");
        for name in ["cors", "token", "library", "page", "script"] {
            assert_eq!(results[name], "refused", "{address} {results}");
        }
        // Sent blindly, the answer is a refusal that cannot be read.
        assert!(matches!(results["blind"].as_str(), Some("refused" | "opaque 0")), "{results}");
        assert_eq!(results["frame"], "closed 0", "{results}");
    }
    assert_eq!(room.total(&own), before);
}

#[test]
fn a_map_of_more_than_four_hundred_points_follows_the_slider() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(DESKTOP);
    room.browser.click(&tab, "[data-preset=all]");
    room.browser.until(&tab, "document.querySelector('tr[data-zone=decolletage]')");
    room.browser.value(
        &tab,
        "{ const s = document.querySelector('#slide-spacing'); for (const v of [14, 13, 12, 11, 10.5, 10]) \
         { s.value = v; s.dispatchEvent(new Event('input', { bubbles: true })); } }",
    );
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('10 mm')");
    let points = room.browser.value(&tab, "Number(document.querySelector('tfoot td').textContent)");
    assert!(points.as_u64().is_some_and(|points| points > 400), "{points}");
    // A slider that moved is one step to take back.
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(
        &tab,
        "document.querySelector('[data-do=automatic-spacing]').getAttribute('aria-pressed') === 'true'",
    );

    // From the input to the picture, as the page itself sees it.
    let begun = "new Promise((done) => { const s = document.querySelector('#slide-spacing'); \
         const from = performance.now(); const old = document.querySelector('g.points'); \
         s.value = 10.7; s.dispatchEvent(new Event('input', { bubbles: true })); \
         const look = () => document.querySelector('g.points') !== old ? done(performance.now() - from) \
         : requestAnimationFrame(look); look(); })";
    room.settled(&tab);
    let took = room.browser.value(&tab, begun).as_f64().expect("a time");
    eprintln!("{points} points: {took:.0} ms from the slider to the picture");
    assert!(took < 30_000.0);
    // Each view has points of its own, and every point is in one.
    room.settled(&tab);
    let mut seen = BTreeSet::new();
    let mut before = Value::Null;
    for view in ["right-side", "right", "front", "left", "left-side", "chest", "below"] {
        room.browser.click(&tab, &format!("[data-view={view}]"));
        room.browser.until(
            &tab,
            &format!(
                "document.querySelector('[data-view={view}]').getAttribute('aria-selected') === 'true' \
                 && document.querySelector('.stage g.points')"
            ),
        );
        let shown = "[...document.querySelectorAll('.stage g.point')].map((mark) => mark.dataset.point)";
        let numbers = room.browser.value(&tab, shown);
        assert_ne!(numbers, before, "{view}");
        seen.extend(numbers.as_array().expect("numbers").iter().map(ToString::to_string));
        before = numbers;
        room.browser.picture(&tab, &format!("all-{view}"));
    }
    let all = room.browser.value(&tab, "Number(document.querySelector('tfoot td').textContent)");
    assert_eq!(Some(seen.len() as u64), all.as_u64());
}

#[test]
fn points_that_jam_are_shown_at_once_and_settle_when_the_slider_rests() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    // What the page shows, picture by picture; as soon as points still settle, one is to be left out.
    room.browser.value(
        &tab,
        "window.seen = []; new MutationObserver(() => { \
             const state = document.querySelector('.verdict .state').textContent; \
             if (seen.push(state) > 1) return; \
             const mark = document.querySelector('.stage g.point').getBoundingClientRect(); \
             document.querySelector('#stage').dispatchEvent(new MouseEvent('click', \
                 { bubbles: true, clientX: mark.x + mark.width / 2, clientY: mark.y + mark.height / 2 })); \
             document.querySelector('[data-do=leave-out]').click(); \
             seen.push(document.querySelector('#figure .told').textContent); \
         }).observe(document.querySelector('.verdict'), { childList: true })",
    );
    room.slide(&tab, 10.4);
    room.browser.until(&tab, "seen.length === 2");
    room.slide(&tab, 10.5);
    room.settled(&tab);
    let seen = room.browser.value(&tab, "seen");
    let settling = "Points are settling.";
    assert_eq!(seen, json!([settling, settling, settling, "Nothing breaks a limit."]));
    room.browser.picture(&tab, "settled");
    let session = json!({ "zones": ["full-face"], "spacing": "10.5 mm" });
    let plan = room.server.post("/api/plan/1/front", &session).is(200).json();
    let marks = plan["marks"]["front"].as_str().expect("marks");
    let shown = room.browser.value(&tab, "document.querySelectorAll('.stage g.point').length");
    assert_eq!(shown, json!(marks.matches("class=\"point\"").count()));
    let announced = room.browser.text(&tab, "#said");
    assert!(announced.starts_with(&format!("{} points", plan["plan"]["totals"]["points"])), "{announced}");

    // One that is looked at meanwhile is the same on the skin once they have settled, or none.
    room.browser.value(
        &tab,
        "window.was = null; new MutationObserver(() => { \
             if (was || document.querySelector('.verdict .state').textContent !== 'Points are settling.') return; \
             const marks = [...document.querySelectorAll('.stage g.point')]; \
             const mark = marks[Math.floor(marks.length * 0.45)].getBoundingClientRect(); \
             was = [mark.x + mark.width / 2, mark.y + mark.height / 2]; \
             document.querySelector('#stage').dispatchEvent(new MouseEvent('click', \
                 { bubbles: true, clientX: was[0], clientY: was[1] })); \
         }).observe(document.querySelector('.verdict'), { childList: true })",
    );
    room.slide(&tab, 10.6);
    room.browser.until(&tab, "was !== null");
    room.settled(&tab);
    let off = "(() => { const at = document.querySelector('.stage g.point.at')?.getBoundingClientRect(); \
               return at ? Math.hypot(at.x + at.width / 2 - was[0], at.y + at.height / 2 - was[1]) : 0; })()";
    let off = room.browser.value(&tab, off).as_f64().expect("pixels");
    assert!(off < 8.0, "{off}");
}

#[test]
fn a_click_while_the_head_turns_is_of_the_view_that_is_seen() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    // The left side is asked for, and the front still stands there when its cheek is clicked.
    room.browser.value(
        &tab,
        "{ document.querySelector('[data-do=add-lesion]').click(); \
         const cheek = document.querySelector('.stage g.zone[data-zone=cheek-left] .area').getBoundingClientRect(); \
         document.querySelector('[data-view=left-side]').click(); \
         document.querySelector('#stage').dispatchEvent(new MouseEvent('click', { bubbles: true, \
             clientX: cheek.x + cheek.width * 0.3, clientY: cheek.y + cheek.height / 2 })); }",
    );
    room.browser.until(&tab, "document.querySelector('.lesions .lesion')");
    room.settled(&tab);
    room.browser.press(&tab, "s", "KeyS", 83, CTRL);
    let session = String::from_utf8(room.saved("session.toml")).expect("text");
    let keys = room.server.post("/api/open", &json!({ "name": "s.toml", "text": session })).is(200).json();
    let azimuth = keys["exclusion"][0]["place"][0].as_f64().expect("an azimuth");
    assert!((20.0..50.0).contains(&azimuth), "{azimuth}");
}

#[test]
fn a_point_that_is_left_out_stays_out_when_a_lesion_comes_into_its_row() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    let place = |number: usize| {
        format!(
            "(() => {{ const b = document.querySelector('.stage g.point[data-point=\"{number}\"]').getBoundingClientRect(); \
             return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        )
    };
    room.browser.value(&tab, "document.querySelector('#stage').focus()");
    for _ in 0..4 {
        room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    }
    let left_out = room.browser.value(&tab, &place(4));
    // Given more twice in a hurry, it has one volume, which goes with it.
    for _ in 0..2 {
        room.browser.press(&tab, ".", "Period", 190, 0);
    }
    room.browser.until(&tab, "document.querySelectorAll('.single li').length > 0");
    room.settled(&tab);
    assert_eq!(room.browser.value(&tab, "document.querySelectorAll('.single li').length"), json!(1));
    room.browser.press(&tab, "Delete", "Delete", 46, 0);
    room.browser.until(&tab, "!document.querySelector('.single').textContent.includes('ml')");
    room.settled(&tab);
    assert_eq!(room.browser.value(&tab, "document.querySelectorAll('.single li').length"), json!(1));
    // The walk goes on where it was.
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    assert!(room.browser.text(&tab, "#figure .told").starts_with("Point 4,"));
    for _ in 0..3 {
        room.browser.press(&tab, "ArrowLeft", "ArrowLeft", 37, 0);
    }
    room.browser.press(&tab, "l", "KeyL", 76, 0);
    room.browser.until(&tab, "document.querySelector('.stage g.marked')");
    room.settled(&tab);
    room.browser.picture(&tab, "left-out-beside-lesion");
    let nearest = format!(
        "Math.min(...[...document.querySelectorAll('.stage g.point')].map((mark) => {{ const b = mark.getBoundingClientRect(); \
         return Math.hypot(b.x + b.width / 2 - {}, b.y + b.height / 2 - {}); }}))",
        left_out[0], left_out[1]
    );
    let nearest = room.browser.value(&tab, &nearest).as_f64().expect("pixels");
    assert!(nearest > 9.0, "a point stands {nearest} pixels from the one that is left out");
    assert_eq!(room.browser.value(&tab, "document.querySelector('.faults').hidden"), json!(true));
}

#[test]
fn a_finding_lights_up_the_place_it_is_about() {
    let Some(mut room) = Room::new() else { return };
    let text = "format = \"nappage-session/1\"\nzones = [\"chin\"]\nvolume = \"0.05 ml\"\n\
                [[exclusion]]\nname = \"mole\"\nchart = \"head\"\nplace = [0, 60]\ndiameter = \"6 mm\"\n";
    let path = room.folder.put("given/places.toml", text);
    let tab = room.page(DESKTOP);
    room.browser.choose(&tab, "input[type=file]", &path);
    for (code, place) in
        [("volume-outside-limits", "g.zone[data-zone=chin]"), ("exclusion-without-effect", "g.marked")]
    {
        let finding = format!("document.querySelector('li[data-code={code}] button.place')");
        room.browser.until(&tab, &finding);
        let lit = format!("document.querySelector('{place}.lit')");
        for (event, wanted) in [("focus", lit.clone()), ("blur", format!("!{lit}")), ("click", lit.clone())] {
            room.browser.value(&tab, &format!("{finding}.{event}()"));
            room.browser.until(&tab, &wanted);
        }
        assert_eq!(room.browser.value(&tab, "document.querySelectorAll('.stage .lit').length"), 1);
    }
    room.browser.picture(&tab, "place");
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn a_lesion_is_put_and_dragged_and_far_points_stay() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(DESKTOP);
    let points = "Object.fromEntries([...document.querySelectorAll('g.point')].map((e) => { \
         const b = e.getBoundingClientRect(); return [Math.round(b.x * 10) + ' ' + Math.round(b.y * 10), true]; }))";
    let middle = |element: &str| {
        format!(
            "(() => {{ const b = document.querySelector({}).getBoundingClientRect(); \
             return [b.left + b.width / 2, b.top + b.height / 2]; }})()",
            json!(element)
        )
    };
    let before = room.browser.value(&tab, points);
    let on_chin = room.browser.value(&tab, &middle("g.zone[data-zone=chin] .area"));
    let [x, y] = [0, 1].map(|k| on_chin[k].as_f64().expect("a place"));

    // The button again ends it: there is no Escape on a tablet.
    room.browser.click(&tab, "[data-do=add-lesion]");
    room.browser.until(&tab, "document.querySelector('#stage.placing')");
    room.browser.click(&tab, "[data-do=add-lesion]");
    room.browser.until(&tab, "!document.querySelector('#stage.placing')");
    room.browser.click(&tab, "[data-do=add-lesion]");
    room.browser.click_at(&tab, [x, y]);
    room.browser.until(&tab, "document.querySelector('g.marked')");
    room.browser.picture(&tab, "lesion");
    let after = room.browser.value(&tab, points);
    let (before, after) = (before.as_object().expect("points"), after.as_object().expect("points"));
    let stayed = before.keys().filter(|place| after.contains_key(*place)).count();
    assert!(stayed > before.len() * 3 / 4 && after != before, "{stayed} of {} stayed", before.len());

    room.browser.drag(&tab, [x, y], [x + 60.0, y - 20.0]);
    let at = format!(
        "(() => {{ const [a, b] = {}; return Math.hypot(a - {}, b - {}) < 4; }})()",
        middle("g.marked"),
        x + 60.0,
        y - 20.0
    );
    room.browser.until(&tab, &at);
    // To put it and to drag it were two steps.
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(&tab, &at.replace("< 4", "> 30"));
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(&tab, "!document.querySelector('g.marked')");
    room.settled(&tab);
    assert_eq!(room.browser.value(&tab, points).as_object(), Some(before));

    // Sizes that are none are told at their field, and one that was emptied can be given again.
    room.browser.click(&tab, "[data-do=redo]");
    for typed in ["huge", "-2", "900", ""] {
        room.browser.fill(&tab, "#lesion-0-radius", typed);
        room.browser.until(
            &tab,
            "document.querySelector('#lesion-0-radius')?.getAttribute('aria-invalid') === 'true'",
        );
        assert!(!room.browser.text(&tab, "#lesion-0-radius-fault").is_empty());
        room.browser.picture(&tab, "lesion-fault");
    }
    room.browser.fill(&tab, "#lesion-0-radius", "4,5");
    room.browser.until(&tab, "!document.querySelector('#lesion-0-radius').hasAttribute('aria-invalid')");
    room.browser.until(&tab, "document.querySelector('.faults').hidden");
    for _ in 0..6 {
        room.browser.click(&tab, "[data-do=undo]");
    }
    room.browser.until(&tab, "!document.querySelector('g.marked')");
    room.settled(&tab);

    // By keys alone: a point is left out, a lesion put on another and moved.
    room.browser.value(&tab, "document.querySelector('#stage').focus()");
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    room.browser.press(&tab, "Delete", "Delete", 46, 0);
    room.browser.until(&tab, "document.querySelector('.single li')");
    room.browser.press(&tab, "ArrowLeft", "ArrowLeft", 37, 0);
    room.browser.press(&tab, "l", "KeyL", 76, 0);
    room.browser.until(&tab, "document.querySelector('.moves button')");
    room.browser.value(&tab, "document.querySelector('.moves button').focus()");
    room.settled(&tab);
    let was = room.browser.value(&tab, &middle("g.marked"));
    room.browser.value(&tab, "document.activeElement.click()");
    room.browser.until(&tab, &format!("{}[0] < {}", middle("g.marked"), was[0]));
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

/// Walks the page by the Tab key alone and gives what was reached: its name and whether the focus shows.
fn walked(room: &mut Room, tab: &Tab) -> Vec<Value> {
    let mut reached = Vec::new();
    for _ in 0..120 {
        room.browser.press(tab, "Tab", "Tab", 9, 0);
        let at = room.browser.value(
            tab,
            "(() => { const e = document.activeElement; if (!e || e === document.body) return null; \
             const s = getComputedStyle(e.matches('.choice input') ? e.nextElementSibling : e); \
             return [e.id || e.dataset.do || e.dataset.view || e.dataset.preset || e.textContent.trim().slice(0, 30) || e.value, \
             s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]; })()",
        );
        if at.is_null() {
            break;
        }
        reached.push(at);
    }
    reached
}

#[test]
fn everything_is_reached_by_keys_named_and_large_enough() {
    let Some(mut room) = Room::new() else { return };
    for size in [TABLET, DESKTOP] {
        let tab = room.page(size);
        let reached = walked(&mut room, &tab);
        let hidden: Vec<_> = reached.iter().filter(|at| at[1] != true).collect();
        assert!(hidden.is_empty(), "no focus is seen on {hidden:?}");
        let names: Vec<&str> = reached.iter().filter_map(|at| at[0].as_str()).collect();
        for needed in [
            "undo",
            "redo",
            "new",
            "open",
            "save",
            "sheets",
            "slide-spacing",
            "field-spacing",
            "field-body",
            "front",
            "stage",
        ] {
            assert!(names.contains(&needed), "{needed} is not reached: {names:?}");
        }

        // What can be worked with has a name of its own.
        let tree = room.browser.of(&tab, "Accessibility.getFullAXTree", json!({}));
        let roles = [
            "button",
            "textbox",
            "combobox",
            "slider",
            "radio",
            "checkbox",
            "tab",
            "application",
            "link",
            "DisclosureTriangle",
        ];
        let mut worked = 0;
        for node in tree["nodes"].as_array().expect("nodes") {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            if roles.contains(&role) && node["ignored"] != true {
                worked += 1;
                assert!(node["name"]["value"].as_str().is_some_and(|name| !name.trim().is_empty()), "{node}");
            }
        }
        assert!(worked > 30, "{worked}");

        // Gloved hands: 44 px each way.
        let small = room.browser.value(
            &tab,
            "[...document.querySelectorAll('button, select, input:not(.unseen), summary')].map((e) => { \
             const b = (e.closest('label') ?? e).getBoundingClientRect(); return [e.id || e.textContent, b.width, b.height]; }) \
             .filter(([, w, h]) => w > 0 && (w < 44 || h < 44))",
        );
        assert_eq!(small, json!([]));
        let overflow = room.browser.value(&tab, "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]");
        assert_eq!(overflow, json!([0, 0]), "the page does not scroll as a whole");
        let wide = room.browser.value(
            &tab,
            "(() => { for (const part of document.querySelectorAll('details')) part.open = true; \
             return [...document.querySelectorAll('#controls, #results')].map((e) => e.scrollWidth - e.clientWidth); })()",
        );
        assert_eq!(wide, json!([0, 0]), "no column scrolls sideways");
    }
}

#[test]
fn words_stand_out_from_their_ground_in_light_and_dark() {
    let Some(mut room) = Room::new() else { return };
    for (scheme, size) in [("light", TABLET), ("dark", TABLET), ("light", DESKTOP), ("dark", DESKTOP)] {
        let tab = room.page(size);
        room.browser.prefers(&tab, "prefers-color-scheme", scheme);
        room.browser.click(&tab, ".choice:has([value=point]) label:has([value=point])");
        room.browser.fill(&tab, "#field-spacing", "10");
        room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('10 mm')");
        room.settled(&tab);
        room.browser.picture(&tab, &format!("{}-{scheme}", size[0]));
        // The drawing is multiplied with the stage's own ground, or its paper would be white in the dark.
        let grounds = room.browser.value(
            &tab,
            "['.frame', '.stage'].map((of) => getComputedStyle(document.querySelector(of)).backgroundColor)",
        );
        assert_eq!(grounds[0], grounds[1], "{scheme}");
        let faint = room.browser.value(&tab, include_str!("../support/contrast.js"));
        assert_eq!(faint["faint"], json!([]), "{scheme}");
        assert!(faint["looked"].as_u64().is_some_and(|looked| looked > 60), "{faint}");
    }
}

#[test]
fn axe_finds_nothing_to_mend() {
    let Some(axe) = browser::axe() else { return };
    let Some(mut room) = Room::new() else { return };
    for (scheme, size) in [("light", TABLET), ("dark", DESKTOP)] {
        let tab = room.page(size);
        room.browser.prefers(&tab, "prefers-color-scheme", scheme);
        room.browser.value(&tab, &axe);
        room.browser.click(&tab, "[data-do=add-lesion]");
        room.browser.press(&tab, "Escape", "Escape", 27, 0);
        room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
        for closed in ["", "document.querySelectorAll('details').forEach((one) => { one.open = true; })"] {
            room.browser.value(&tab, closed);
            let run = "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) \
                       .then((found) => ({ passes: found.passes.length, violations: found.violations.map((one) => \
                       [one.id, one.help, one.nodes.map((node) => node.html.slice(0, 200))]) }))";
            let found = room.browser.value(&tab, run);
            assert_eq!(found["violations"], json!([]), "{scheme}");
            assert!(found["passes"].as_u64().is_some_and(|passes| passes > 20), "{found}");
        }
    }
}

#[test]
fn a_point_is_given_more_and_less_within_the_limits() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    let before = room.total(&tab);
    room.browser.value(&tab, "document.querySelector('#stage').focus()");
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    room.browser.picture(&tab, "point");
    let told = "document.querySelector('.told').textContent";
    let is = |volume: &str| format!("{told} === 'Point 1, row 1, Forehead, {volume} ml'");
    room.browser.until(&tab, &is("0.015"));
    room.browser.press(&tab, ",", "Comma", 188, 0);
    room.browser.until(&tab, &is("0.010"));
    room.settled(&tab);
    let less = room.total(&tab);
    assert_ne!(less, before);
    assert_eq!(room.browser.value(&tab, "document.querySelectorAll('.single li').length"), 1);
    assert!(room.browser.text(&tab, "tr[data-zone=forehead]").contains("mixed"));
    room.browser.press(&tab, ",", "Comma", 188, 0);
    room.browser.until(&tab, &format!("{told}.startsWith('0.010 ml is as far')"));
    // Back at what the zone gets, the point has no volume of its own.
    room.browser.press(&tab, ".", "Period", 190, 0);
    room.browser.until(&tab, &is("0.015"));
    room.browser.click(&tab, "[data-do=more]");
    room.browser.until(&tab, &is("0.020"));
    room.browser.click(&tab, "[data-do=less]");
    room.browser.until(&tab, &is("0.015"));
    room.browser.until(&tab, "!document.querySelector('.single li')");
    room.settled(&tab);
    assert_eq!(room.total(&tab), before);
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn label_and_times_are_checked_and_saved() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    room.browser.value(&tab, "document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    room.browser.fill(&tab, "#field-product\\.batch", "A 12");
    room.browser.fill(&tab, "#field-product\\.use-within", "120");
    // Fields of days and times take no text that is put in from outside.
    for (field, value) in
        [("product.expiry", "2026-11-30"), ("visit.date", "2026-12-01"), ("visit.start", "14:30")]
    {
        let field = format!("document.getElementById('field-{field}')");
        room.browser
            .value(&tab, &format!("{field}.value = '{value}'; {field}.dispatchEvent(new Event('change'))"));
    }
    room.browser.until(&tab, "document.querySelector('#results').textContent.includes('expired')");
    room.browser.value(&tab, "document.querySelector('#field-product\\\\.batch').scrollIntoView()");
    room.browser.picture(&tab, "label");
    room.browser.value(&tab, "document.activeElement.blur()");
    room.browser.press(&tab, "s", "KeyS", 83, CTRL);
    let session = String::from_utf8(room.saved("session.toml")).expect("text");
    for line in
        ["batch = \"A 12\"", "expiry = \"2026-11-30\"", "use-within = \"120 min\"", "start = \"14:30\""]
    {
        assert!(session.contains(line), "{session}");
    }
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn the_plan_of_last_time_is_chosen_and_given_again_to_a_program_started_anew() {
    let Some(mut room) = Room::new() else { return };
    room.folder.run(&["map", "chin", "--format", "json", "-o", "last.json"]);
    std::fs::write(room.folder.path().join("broken.json"), "{").expect("written");
    let tab = room.page(TABLET);
    let folder = room.folder.path().to_path_buf();
    room.browser.choose(&tab, "input[accept='.json']", &folder.join("broken.json"));
    room.browser
        .until(&tab, "document.querySelector('#field-previous-fault').textContent.includes('is no plan')");
    room.browser.choose(&tab, "input[accept='.json']", &folder.join("last.json"));
    let between = "document.querySelector('#results').textContent.includes('between those of last time')";
    room.browser.until(&tab, between);
    // Its points stand faintly under those of the plan, and are no points to choose.
    let last: Value = serde_json::from_str(&room.folder.read("last.json")).expect("a plan");
    let legend = format!("last time: {} points", last["totals"]["points"]);
    assert!(room.browser.text(&tab, ".legend").contains(&legend), "{legend}");
    let faint = room.browser.value(
        &tab,
        "[...document.querySelectorAll('.stage g.faint > *')].map((mark) => { const b = mark.getBoundingClientRect(); \
         const hit = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2); return [b.width > 1, Boolean(hit.closest('g.faint'))]; })",
    );
    let faint = faint.as_array().expect("marks");
    assert!(!faint.is_empty() && faint.iter().all(|mark| *mark == json!([true, false])), "{faint:?}");
    room.browser.value(&tab, "document.querySelector('#field-previous').scrollIntoView()");
    room.browser.picture(&tab, "last-time");

    let port = room.server.port();
    room.server.kill();
    room.server = Server::start(Some(port));
    let link = room.server.link();
    room.browser.value(&tab, &format!("location.hash = {}", json!(link.split_once('#').expect("a token").1)));
    room.browser.fill(&tab, "#field-spacing", "12");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('12 mm')");
    room.browser.until(&tab, between);
    // Shown alone, the points of this time stay where they are.
    room.browser.value(&tab, "document.querySelector('[data-do=interleave]').click()");
    room.browser.until(&tab, &format!("!{between}"));
    assert!(room.browser.text(&tab, ".legend").contains(&legend), "{legend}");
    room.browser.value(&tab, "document.querySelector('[data-do=interleave]').click()");
    room.browser.until(&tab, between);
    room.browser.value(&tab, "document.querySelector('[data-do=previous] ~ ul button').click()");
    room.browser.until(&tab, &format!("!{between}"));
    assert_eq!(room.browser.value(&tab, "document.querySelectorAll('.stage g.faint').length"), 0);
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn layers_are_shown_one_at_a_time_edited_and_saved_whole() {
    let Some(mut room) = Room::new() else { return };
    let text = include_str!("../../examples/sessions/layers.toml");
    let path = room.folder.put("given/two.toml", text);
    let tab = room.page(TABLET);
    let before = room.total(&tab);
    room.browser.choose(&tab, "input[type=file]", &path);
    room.browser.until(&tab, "document.querySelectorAll('#layers label').length === 2");
    room.settled(&tab);
    let shown = "document.querySelector('#layers input:checked').value";
    let sums = "[...document.querySelectorAll('#layers small')].map((sum) => sum.textContent)";
    let both = room.browser.value(&tab, sums);
    assert!(both[0].as_str().is_some_and(|sum| sum.starts_with("1.5")), "{both}");
    assert!(room.browser.text(&tab, ".legend").contains("after, exosome: "));
    room.browser.picture(&tab, "layer-1");
    let narrow = "[...document.querySelectorAll('#layers label')].every((label) => label.getBoundingClientRect().height >= 44)";
    assert_eq!(room.browser.value(&tab, narrow), true);

    // By keys to the other one, whose own settings are edited; the first keeps its own.
    room.browser.value(&tab, "document.querySelector('#layers input:checked').focus()");
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    room.browser.until(&tab, &format!("{shown} === '1'"));
    room.settled(&tab);
    assert!(room.browser.text(&tab, ".legend").contains("before, HA skin booster: "));
    assert_eq!(room.browser.value(&tab, "document.querySelector('#field-spacing').value"), "12.5");
    room.browser.fill(&tab, "#field-spacing", "13,5");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('13.5 mm')");
    room.browser.value(&tab, "document.querySelector('#stage').focus()");
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    room.browser.press(&tab, "Delete", "Delete", 46, 0);
    room.browser.until(&tab, "document.querySelector('.single li')");
    room.settled(&tab);
    room.browser.picture(&tab, "layer-2");
    let changed = room.browser.value(&tab, sums);
    assert!(changed[0] == both[0] && changed[1] != both[1], "{changed}");
    if let Some(axe) = browser::axe() {
        room.browser.value(&tab, &axe);
        let found = room
            .browser
            .value(&tab, "axe.run().then((found) => found.violations.map((one) => [one.id, one.help]))");
        assert_eq!(found, json!([]));
    }

    // Saved whole, and printed as the command line does.
    room.browser.press(&tab, "s", "KeyS", 83, CTRL);
    room.browser.until(&tab, "document.querySelector('.unsaved').hidden");
    let saved = String::from_utf8(room.saved("two.toml")).expect("text");
    for line in [
        "name = \"HA skin booster\"",
        "total = \"1.5 ml\"",
        "spacing = \"13,5 mm\"",
        "layer = \"exosome\"",
        "id = \"ha-booster\"",
    ] {
        assert!(saved.contains(line), "{line} is missing in: {saved}");
    }
    room.folder.put("saved.toml", &saved);
    room.browser.click(&tab, "[data-do=sheets]");
    room.browser.picture(&tab, "sheets-of-layers");
    room.browser.click(&tab, "[data-do=save-sheets]");
    let sheet = room.saved("nappage-map-layer-2.pdf");
    room.folder.run(&["map", "--session", "saved.toml", "--layer", "exosome", "-o", "own.pdf"]);
    assert!(sheet == room.folder.bytes("own.pdf"), "the PDF of a layer differs");
    room.browser.click(&tab, "label:has([name=which][value=all])");
    room.browser.click(&tab, "[data-do=save-sheets]");
    let sheet = room.saved("nappage-map.pdf");
    room.folder.run(&["map", "--session", "saved.toml", "-o", "all.pdf"]);
    assert!(sheet == room.folder.bytes("all.pdf"), "the PDF of all layers differs");
    room.browser.press(&tab, "Escape", "Escape", 27, 0);

    // Undo goes back to the layer that was changed, and then to the session before.
    room.browser.click(&tab, "#layers label");
    room.browser.until(&tab, &format!("{shown} === '0'"));
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(&tab, &format!("{shown} === '1' && !document.querySelector('.single li')"));
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(&tab, &format!("JSON.stringify({sums}) === {}", json!(both.to_string())));
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(&tab, "document.querySelector('#layers').hidden");
    room.browser.until(&tab, &format!("document.querySelector('#total').textContent === {}", json!(before)));
    assert_eq!(room.browser.text(&tab, ".session .name"), "New session");
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn what_a_layer_leaves_out_is_the_sessions_as_the_program_reads_it() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    let sessions = json!([
        { "layer": [{ "name": "a", "zones": ["chin"] }] },
        { "zones": ["chin", "jaw"], "skip": ["jaw-left"], "layer": [{ "name": "a", "skip": ["jaw-right"] }] },
        { "zones": ["chin"], "total": "0.3 ml", "layer": [{ "name": "a", "volume": "0.02 ml" }] },
        { "zones": ["chin"], "volume": "0.02 ml", "volumes": { "chin": "0.01 ml" }, "layer": [{ "name": "a", "total": "0.3 ml" }] },
        { "zones": ["chin", "jaw"], "volumes": { "chin": "0.01 ml" }, "layer": [{ "name": "a", "volumes": { "jaw": "0.02 ml" } }] },
        { "zones": ["chin"], "spacing": "12 mm", "pattern": "even", "total": "0.3 ml", "layer": [{ "name": "a", "use": "topical" }] },
        { "zones": ["chin"], "use": "topical", "layer": [{ "name": "a", "use": "injected" }] },
        { "zones": ["chin"], "vials": { "volume": "2 ml" }, "layer": [{ "name": "a", "product": { "id": "exosome-lyophilised" } }] },
        { "zones": ["chin"], "skip-point": [{ "layer": " A ", "zone": "chin", "row": 1, "place": 1 }], "layer": [{ "name": "a" }] },
    ]);
    let same = format!(
        "(async () => {{ const layers = await import('/layers.js'); const server = await import('/server.js'); const unlike = []; \
         for (const whole of {sessions}) {{ const of = async (session) => {{ const {{ input_hash: _, findings: __, reason: ___, ...plan }} = \
         (await server.plan(session, 1)).plan; return JSON.stringify(plan); }}; \
         if ((await of(whole)) !== (await of(layers.view(whole, 0)))) unlike.push(whole); }} return unlike; }})()"
    );
    assert_eq!(room.browser.value(&tab, &same), json!([]));

    // What is taken from one layer stays the others', and can be taken whatever the session says.
    let shared = json!({
        "zones": ["chin"], "skip": ["jaw"], "spacing": "12 mm", "total": "0.3 ml", "volumes": { "chin": "0.01 ml" }, "use": "topical",
        "vials": { "volume": "2 ml" },
        "layer": [{ "name": "a", "use": "injected" }, { "name": "b", "use": "injected", "volumes": { "jaw": "0.02 ml" } }, { "name": "c" }, { "name": "d", "volume": "0.02 ml", "use": "injected" }],
    });
    for key in ["zones", "skip", "spacing", "total", "volumes", "use", "pattern"] {
        let kept = format!(
            "(async () => {{ const layers = await import('/layers.js'); const whole = {shared}; \
             const next = layers.changed(whole, 0, {{ '{key}': null }}); \
             const others = [1, 2, 3].every((at) => JSON.stringify(Object.entries(layers.view(next, at)).sort()) === JSON.stringify(Object.entries(layers.view(whole, at)).sort())); \
             return [others, layers.view(next, 0)['{key}'] ?? null, JSON.stringify(whole) === JSON.stringify({shared})]; }})()"
        );
        let left = if key == "zones" { json!(["full-face"]) } else { Value::Null };
        assert_eq!(room.browser.value(&tab, &kept), json!([true, left, true]), "{key}");
    }
}

#[test]
fn what_goes_onto_the_skin_is_shown_by_its_area() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    room.browser.fill(&tab, "#field-spacing", "12");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('12 mm')");
    room.browser.click(&tab, "label:has([name=use][value=topical])");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('cm² of skin')");
    room.settled(&tab);
    room.browser.picture(&tab, "topical");
    assert_eq!(room.browser.value(&tab, "document.querySelectorAll('g.point').length"), 0);
    assert_eq!(
        room.browser.value(&tab, "document.querySelector('#field-spacing').offsetParent"),
        Value::Null
    );
    assert!(!room.browser.text(&tab, "#results").contains("null"));
    room.browser.press(&tab, "s", "KeyS", 83, CTRL);
    let session = String::from_utf8(room.saved("session.toml")).expect("text");
    assert_eq!(session, "format = \"nappage-session/1\"\nzones = [\"full-face\"]\nuse = \"topical\"\n");
    room.browser.click(&tab, "[data-do=undo]");
    room.browser.until(&tab, "document.querySelector('.verdict .hint').textContent.includes('12 mm')");
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn points_are_walked_by_keys_and_views_are_turned() {
    let Some(mut room) = Room::new() else { return };
    let tab = room.page(TABLET);
    room.browser.value(&tab, "document.querySelector('#stage').focus()");
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    assert!(room.browser.text(&tab, ".told").starts_with("Point 2, row 1, Forehead, 0.0"));
    assert_eq!(room.browser.value(&tab, "document.querySelectorAll('g.point.at').length"), 1);
    let seen = "Number(document.querySelector('.stage svg').getAttribute('viewBox').split(' ')[2])";
    let whole = room.browser.value(&tab, seen).as_f64().expect("a width");
    room.browser.press(&tab, "+", "Equal", 187, SHIFT);
    assert!(room.browser.value(&tab, seen).as_f64().expect("a width") < whole);
    room.browser.press(&tab, "0", "Digit0", 48, 0);
    assert_eq!(room.browser.value(&tab, seen).as_f64(), Some(whole));

    room.browser.value(&tab, "document.querySelector('[role=tab][aria-selected=true]').focus()");
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    room.browser.until(&tab, "document.activeElement.dataset.view === 'left'");
    assert_eq!(
        room.browser.value(&tab, "document.querySelectorAll('[role=tab][aria-selected=true]').length"),
        1
    );
}

/// A language that puts every text in brackets, made of the page's own words.
const BRACKETS: &str = r#"
import { words as english } from "./words.en.js";
const put = (value) => typeof value === "function" ? (...given) => `«${value(...given)}»`
  : typeof value === "string" ? `«${value}»`
  : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, put(inner)]));
// Values stand outside, so that each must have brackets of its own.
const parted = (text) => `«${text.replace(/\{\w+\}/g, "»$&«")}»`;
const core = Object.fromEntries(Object.keys(english.core).map((text) => [text, parted(text)]));
export const words = { ...put(english), lang: "de", decimal: ",", core };
"#;

/// Every text and label on the page that holds words outside brackets. What a person typed, names of files
/// and keys of sessions are given as `own`; units are the same everywhere.
fn outside_brackets(own: &[&str]) -> String {
    let library = Library::built_in();
    let zones = library.atlas.zones.iter().flat_map(|zone| [&zone.id, &zone.base]);
    let protocols = library.protocols.iter().flat_map(|protocol| {
        let questions = protocol.questions().into_iter().map(|(_, question, _)| &question.id);
        questions.chain([&protocol.id])
    });
    let ids: Vec<&String> =
        zones.chain(protocols).chain(library.syringes.iter().map(|one| &one.id)).collect();
    format!(
        r#"(() => {{
  const own = [...{}, "mm", "ml", "ul", "min", "cm", "µl", "PDF", "SVG", "PNG", "Nappage"];
  const ids = new Set({});
  const left = (text) => {{
    let rest = text;
    for (let before = null; before !== rest;) [before, rest] = [rest, rest.replace(/«[^«»]*»/g, " ")];
    for (const name of own) rest = rest.replaceAll(name, " ");
    // Ids are the same in every language, as they stand in files.
    rest = rest.replace(/(?<![\p{{L}}-])[a-z][a-z0-9]*(-[a-z0-9]+)*(?![\p{{L}}-])/gu, (id) => (ids.has(id) ? " " : id));
    return /\p{{L}}/u.test(rest);
  }};
  const found = [];
  for (const element of document.querySelectorAll("body, body *")) {{
    if (element.matches("script, style, noscript, title")) continue;
    for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "alt"]) {{
      const text = element.getAttribute(name);
      if (text && !text.startsWith("http") && left(text)) found.push(`${{name}}: ${{text}}`);
    }}
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE && left(node.data)) found.push(node.data);
  }}
  if (left(document.title)) found.push(document.title);
  return found;
}})()"#,
        json!(own),
        json!(ids)
    )
}

#[test]
fn every_word_is_of_the_language_that_the_page_was_given() {
    let Some(mut room) = Room::new() else { return };
    let words = room.folder.put("words.js", BRACKETS);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nappage"));
    command.args(["serve", "--no-browser", "--port", "0", "--words"]).arg(words);
    room.server = Server::run(&mut command);
    let tab = room.page(DESKTOP);
    // The source of figures is an id.
    let mut own = vec!["session.toml", "celmade-2026"];
    let look = |room: &mut Room, own: &[&str], when: &str| {
        let found = room.browser.value(&tab, &outside_brackets(own));
        assert_eq!(found, json!([]), "{when}");
    };
    look(&mut room, &own, "at first");
    assert_eq!(room.browser.value(&tab, "document.documentElement.lang"), "de");
    assert!(room.total(&tab).contains(','), "decimals are the language's");

    // Limits broken, a point left out, a lesion, and answers to the questions.
    room.browser.value(&tab, "document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    room.browser.click(&tab, "[name=dose][value=total] + span");
    room.settled(&tab);
    room.browser.fill(&tab, "#field-total", "9 ml");
    room.settled(&tab);
    room.browser.until(&tab, "document.querySelector('.findings .error')");
    room.browser.value(
        &tab,
        "document.querySelectorAll('.questions input[value=yes]').forEach((one) => one.click())",
    );
    room.settled(&tab);
    room.browser.value(&tab, "document.querySelector('#stage').focus()");
    room.browser.press(&tab, "ArrowRight", "ArrowRight", 39, 0);
    room.browser.press(&tab, "l", "KeyL", 76, 0);
    room.settled(&tab);
    look(&mut room, &own, "with findings");
    room.browser.picture(&tab, "brackets");
    room.browser.fill(&tab, "#field-spacing", "3");
    room.browser.until(&tab, "!document.querySelector('.faults').hidden");
    look(&mut room, &[own.clone(), vec!["spacing"]].concat(), "with a fault");
    room.browser.click(&tab, "[data-do=undo]");
    room.settled(&tab);
    room.browser.click(&tab, "[data-do=sheets]");
    look(&mut room, &own, "with the sheets");
    room.browser.press(&tab, "Escape", "Escape", 27, 0);

    // A layered session, and a malformed file.
    let layers = include_str!("../../examples/sessions/layers.toml");
    let path = room.folder.put("given/two.toml", layers);
    room.browser.choose(&tab, "input[type=file]", &path);
    room.browser.until(&tab, "document.querySelectorAll('#layers label').length === 2");
    room.settled(&tab);
    own.extend(["two.toml", "HA skin booster", "exosome"]);
    look(&mut room, &own, "with layers");
    let text = "format = 'nappage-session/1'\nzones = ['chin']\nspacing = 12\nvolum = '1 ml'\nbody = ''\ntotal = '0.0001 ml'\n[visit]\nstart = '2 pm'\n";
    let path = room.folder.put("mine.toml", text);
    room.browser.choose(&tab, "input[type=file]", &path);
    room.browser.until(&tab, "!document.querySelector('.faults').hidden");
    own.extend(["mine.toml", "spacing", "volume", "volum", "total", "visit, start", "body", "2 pm"]);
    look(&mut room, &own, "with a malformed file");
    assert_eq!(room.browser.exceptions(&tab), Vec::<Value>::new());
}

#[test]
fn words_that_cannot_be_read_or_lack_some_leave_the_page_in_english() {
    let Some(mut room) = Room::new() else { return };
    for (text, said) in [
        ("export const words = { controls: { zones: 'Zonen', limits: () => nowhere } };", "Zonen"),
        ("export const words = {{{", "Zones"),
    ] {
        let words = room.folder.put("words.js", text);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nappage"));
        command.args(["serve", "--no-browser", "--port", "0", "--words"]).arg(words);
        room.server = Server::run(&mut command);
        let tab = room.page(TABLET);
        assert_eq!(room.browser.text(&tab, "#controls h2"), said);
        let told = room.browser.value(&tab, "document.querySelector('[data-notice=words]') !== null");
        assert_eq!(told, said == "Zones");
        assert!(room.browser.text(&tab, ".reason").contains("planned"));
    }
}

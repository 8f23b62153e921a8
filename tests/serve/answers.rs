//! What `serve` answers, to whom, and what it refuses.

use crate::server;
use crate::support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::Server;
use support::Folder;

#[test]
fn the_page_is_answered_with_what_keeps_it_apart() {
    let server = Server::start(None);
    for path in ["/", "/app.js", "/style.css", "/words.en.js", "/api/library", "/nothing"] {
        let answer = server.get(path);
        assert_eq!(answer.status, if path == "/nothing" { 404 } else { 200 }, "{path}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("x-frame-options", "deny"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(!answer.head.contains("access-control-"), "{}", answer.head);
        assert!(!answer.head.contains("set-cookie"), "{}", answer.head);
    }
    let page = String::from_utf8(server.get("/").body).expect("text");
    assert!(!page.contains("style=") && !page.contains("<script>") && !page.contains("onclick"));
    assert!(!page.contains(&server.token), "the token is in the address alone");
}

#[test]
fn whoever_names_another_host_or_comes_from_elsewhere_is_refused() {
    let server = Server::start(None);
    let (host, token) = (server.host.as_str(), ("X-Nappage-Token", server.token.as_str()));
    let origin = format!("http://{host}");
    let port = server.port();
    let bad_hosts = ["evil.example", "127.0.0.1", "127.0.0.1:1", &format!("evil.example:{port}"), ""];
    for bad in bad_hosts {
        server.with("GET", "/api/library", &[("Host", bad), token], b"").is(403);
        server.with("GET", "/", &[("Host", bad)], b"").is(403);
    }
    server.with("GET", "/", &[("Host", host), ("Host", "evil.example")], b"").is(403);
    server.with("GET", "/", &[], b"").is(403);
    for bad in [
        "http://evil.example",
        "null",
        "https://127.0.0.1",
        &format!("https://{host}"),
        &format!("{origin}.evil.example"),
        "http://localhost",
    ] {
        server.with("POST", "/api/plan", &[("Host", host), ("Origin", bad), token], b"{}").is(403);
    }
    for bad in ["cross-site", "same-site"] {
        server.with("GET", "/api/library", &[("Host", host), ("Sec-Fetch-Site", bad), token], b"").is(403);
    }
    server.with("OPTIONS", "/api/plan", &[("Host", host), ("Origin", "http://evil.example")], b"").is(403);
    let local = format!("localhost:{port}");
    server.with("GET", "/api/library", &[("Host", &local), token], b"").is(200);
}

#[test]
fn without_the_token_nothing_of_a_session_is_answered() {
    let server = Server::start(None);
    let host = ("Host", server.host.as_str());
    let shorter = &server.token[1..];
    for path in ["/api/library", "/api/plan", "/api/sheet", "/api/open", "/api/view", "/api/nothing"] {
        let method = if path != "/api/library" { "POST" } else { "GET" };
        let answer = server.with(method, path, &[host], b"{}").is(401);
        assert!(
            answer.json()["faults"][0]["hint"].as_str().is_some_and(|hint| hint.contains("nappage serve"))
        );
        for wrong in ["", shorter, "00000000000000000000000000000000"] {
            server.with(method, path, &[host, ("X-Nappage-Token", wrong)], b"{}").is(401);
        }
        server.with(method, path, &[host, ("Cookie", &format!("token={}", server.token))], b"{}").is(401);
    }
}

#[test]
fn a_body_that_is_too_large_or_no_json_is_refused() {
    let server = Server::start(None);
    let large = json!({ "reference": "x".repeat(5 * 1024 * 1024) });
    assert_eq!(server.post("/api/plan", &large).is(413).json()["faults"][0]["bound"], "4 MB");
    let headers = [("Host", server.host.as_str()), ("X-Nappage-Token", server.token.as_str())];
    for body in [&b"{"[..], b"", b"[]", b"\xff\xfe", b"{\"zones\": 1e999}", "[".repeat(100_000).as_bytes()] {
        server.with("POST", "/api/plan", &headers, body).is(400);
    }
    server.with("GET", "/api/plan", &headers, b"").is(404);
    server.with("GET", &format!("/{}", "a".repeat(60_000)), &headers, b"");
    server.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").is(400);
    server.get("/api/library").is(200);
}

#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    let server = Server::start(None);
    let mut stream = TcpStream::connect(&server.host).expect("it listens");
    let head = format!(
        "POST /api/plan HTTP/1.1\r\nHost: {}\r\nX-Nappage-Token: {}\r\nContent-Length: 100\r\n\r\n{{",
        server.host, server.token
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let begun = Instant::now();
    let mut first = [0; 12];
    stream.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 408");
    assert!(begun.elapsed() < Duration::from_secs(40));
}

#[test]
fn points_are_put_between_those_of_the_plan_of_last_time() {
    let server = Server::start(None);
    let session = json!({ "zones": ["chin"], "previous": "last.json" });
    let unread = server.post("/api/plan", &session).is(422).json();
    assert_eq!(unread["faults"][0]["item"], "previous", "{unread}");
    let plan = server.post("/api/plan", &json!({ "zones": ["chin"] })).is(200).json()["plan"].clone();
    for bad in ["", "{", "[]", "{\"format\": \"nappage-plan/1\"}"] {
        server.post("/api/previous", &json!({ "name": "last.json", "text": bad })).is(422);
    }
    server.post("/api/previous", &json!({ "name": "last.json" })).is(400);
    let kept = json!({ "name": "last.json", "text": plan.to_string() });
    assert_eq!(server.post("/api/previous", &kept).is(200).json()["points"], plan["totals"]["points"]);
    let after = server.post("/api/plan", &session).is(200).json()["plan"].clone();
    assert_eq!(after["last_time"].as_array().map(Vec::len), plan["points"].as_array().map(Vec::len));
    assert_ne!(after["points"], plan["points"]);
    // Another plan of the same name takes its place.
    let neck = server.post("/api/plan", &json!({ "zones": ["neck"] })).is(200).json()["plan"].clone();
    server.post("/api/previous", &json!({ "name": "last.json", "text": neck.to_string() })).is(200);
    let other = server.post("/api/plan", &session).is(200).json()["plan"].clone();
    assert_ne!(other["last_time"], after["last_time"]);
}

#[test]
fn every_fault_of_a_session_comes_back_with_its_place_and_remedy() {
    let server = Server::start(None);
    let text =
        "format = 'nappage-session/1'\nzones = ['chinn']\nspacing = 12.5\ntotal = '3'\nvolum = '1 ml'\n";
    let faults = server.post("/api/open", &json!({ "name": "mine.toml", "text": text })).is(422).json();
    let list = faults["faults"].as_array().expect("a list");
    let lines: Vec<_> = list.iter().filter_map(|fault| fault["line"].as_u64()).collect();
    assert_eq!(lines, [3, 4, 5], "{faults}");
    assert!(list.iter().all(|fault| fault["origin"] == "mine.toml" && fault["problem"].is_string()));

    let faults = server
        .post("/api/plan", &json!({ "zones": ["chin"], "spacing": "30 mm", "body": "women" }))
        .is(422)
        .json();
    let list = faults["faults"].as_array().expect("a list");
    assert!(list.iter().any(|fault| fault["item"] == "spacing" && fault["bound"].is_string()), "{faults}");
    assert!(
        list.iter().any(|fault| fault["item"] == "body" && fault["hint"] == "did you mean 'woman'?"),
        "{faults}"
    );
}

#[test]
fn a_session_is_opened_as_it_was_saved() {
    let server = Server::start(None);
    let keys = json!({ "zones": ["chin"], "spacing": "12,5 mm", "reference": "K 12", "vials": { "volume": "2 ml", "number": 1 } });
    let planned = server.post("/api/plan", &keys).is(200).json();
    let text = planned["text"].as_str().expect("a session file");
    assert_eq!(server.post("/api/open", &json!({ "name": "s.toml", "text": text })).is(200).json(), keys);

    // What cannot be planned can still be saved.
    let wide = server.post("/api/save", &json!({ "spacing": "30 mm" })).is(200);
    assert_eq!(wide.body, b"format = \"nappage-session/1\"\nspacing = \"30 mm\"\n");
    server.post("/api/save", &json!({ "spacing": "30" })).is(422);

    // And it is the session that the command line reads.
    let folder = Folder::new();
    folder.put("s.toml", text);
    let mut plan = folder.run(&["map", "--session", "s.toml", "--format", "json"]).exits(0).json();
    // The page is told of it without the outlines, which its views show.
    for zone in plan["zones"].as_array_mut().expect("zones") {
        for outline in ["outline", "treated"] {
            assert_ne!(zone[outline], json!([]));
            zone[outline] = json!([]);
        }
    }
    assert_eq!(planned["plan"], plan);
}

#[test]
fn points_stand_in_the_views_and_zones_can_be_pointed_at() {
    let server = Server::start(None);
    let planned = server.post("/api/plan", &json!({ "zones": ["chin"] })).is(200).json();
    let body = &planned["plan"]["body"];
    let views = server.post("/api/views", &json!({ "body": body })).is(200).json();
    let views = views["views"].as_array().expect("views");
    let ids: Vec<_> = views.iter().filter_map(|view| view["id"].as_str()).collect();
    assert!(ids.contains(&"front") && ids.contains(&"left-side") && ids.contains(&"chest"), "{ids:?}");
    let drawn = |body: &Value, id: &str| {
        let view = server.post("/api/view", &json!({ "body": body, "view": id })).is(200);
        String::from_utf8(view.body).expect("text")
    };
    for id in &ids {
        let view = drawn(body, id);
        assert!(view.contains("class=\"zone\"") && !view.contains("NaN"), "{id}");
    }
    let front = drawn(body, "front");
    for zone in ["forehead", "chin", "cheek-left", "neck"] {
        assert!(front.contains(&format!("data-zone=\"{zone}\"")), "{zone}");
    }
    let measured = json!({ "id": "woman", "measurements_mm": { "bizygomatic-breadth": 140.0 } });
    assert_ne!(drawn(&measured, "front"), front);
    for body in [
        json!("woman"),
        json!({ "id": "nobody", "measurements_mm": {} }),
        json!({ "id": "woman", "measurements_mm": { "bizygomatic-breadth": 1e300 } }),
    ] {
        server.post("/api/views", &json!({ "body": body })).is(422);
    }
    server.post("/api/view", &json!({ "body": body, "view": "above" })).is(422);
    let marks = planned["marks"]["front"].as_str().expect("marks");
    let points = planned["plan"]["totals"]["points"].as_u64().expect("points");
    assert!(marks.matches("class=\"point\"").count() as u64 * 2 > points);
    assert_eq!(
        planned["marks"]["chest"].as_str().map(|marks| marks.matches("class=\"point\"").count()),
        Some(0)
    );
    assert_eq!(planned["shown"]["chest"], json!({ "zones": [], "marked": [] }));
    assert_eq!(planned["shown"]["front"], json!({ "zones": ["chin"], "marked": [] }));
    // The same from one side: its points alone, which are those it has among all.
    for (view, points) in planned["marks"].as_object().expect("views") {
        let seen = server.post(&format!("/api/plan/1/{view}"), &json!({ "zones": ["chin"] })).json();
        assert_eq!(seen["marks"], json!({ view.as_str(): points }));
        assert_eq!((&seen["shown"], &seen["plan"]), (&planned["shown"], &planned["plan"]));
    }
    assert_eq!(server.post("/api/plan/1/above", &json!({ "zones": ["chin"] })).json()["marks"], json!({}));
    server.post("/api/plan/first/front", &json!({ "zones": ["chin"] })).is(422);
}

#[test]
fn the_skin_is_found_under_a_place_of_a_view_and_walked_along() {
    let server = Server::start(None);
    let body = json!({ "id": "woman", "measurements_mm": {} });
    let at =
        |x: f64, y: f64| server.post("/api/spot", &json!({ "body": body, "view": "front", "x": x, "y": y }));
    // The middle of the front view is the midline, under the nose.
    let found = at(48.0, 80.0).is(200).json();
    assert_eq!(found["chart"], "head");
    assert!(found["place"][0].as_f64().is_some_and(|azimuth| azimuth.abs() < 1.0), "{found}");
    at(0.5, 0.5).is(422);
    server.post("/api/spot", &json!({ "body": body, "view": "front", "x": "1" })).is(400);

    let walk = |up_mm: f64| {
        let way =
            json!({ "body": body, "chart": "head", "place": [10.0, 20.0], "left_mm": 0.0, "up_mm": up_mm });
        server.post("/api/walk", &way)
    };
    let place = walk(5.0).is(200).json()["place"][1].as_f64();
    assert!(place.is_some_and(|up| up > 24.0 && up <= 25.0), "{place:?}");
    walk(1e6).is(422);
}

#[test]
fn a_draft_is_answered_at_once_and_never_kept_for_the_plan() {
    let server = Server::start(None);
    let jammed = json!({ "zones": ["full-face"], "spacing": "10.4 mm" });
    let draft = || server.post("/api/draft/1/front", &jammed).is(200).json();
    let drafted = draft();
    assert_eq!(drafted["plan"]["draft"], json!(true));
    assert_eq!(draft()["plan"], drafted["plan"]);
    let whole = server.post("/api/plan/1/front", &jammed).is(200).json();
    assert!(whole["plan"]["draft"].is_null() && whole["plan"]["points"] != drafted["plan"]["points"]);
    // What is known is given in a hurry, too.
    assert_eq!(draft(), whole);
    let sheet = json!({ "session": { "zones": ["chin"], "spacing": "10 mm" }, "format": "json" });
    server.post("/api/draft/1/front", &sheet["session"]).is(200);
    assert!(!String::from_utf8_lossy(&server.post("/api/sheet", &sheet).is(200).body).contains("draft"));
}

#[test]
fn a_point_is_left_out_by_the_place_that_is_told() {
    let server = Server::start(None);
    let plan = |skipped: Value| {
        server.post("/api/plan", &json!({ "zones": ["chin"], "skip-point": skipped })).is(200).json()
    };
    let mut left: Vec<Value> = Vec::new();
    let mut planned = plan(json!([]));
    for _ in 0..3 {
        let points = planned["plan"]["points"].as_array().expect("points").clone();
        let middle = points.len() / 2;
        let (zone, row) = (&points[middle]["zone"], &points[middle]["row"]);
        left.push(json!({ "zone": zone, "row": row, "place": planned["places"][middle] }));
        planned = plan(json!(left));
        let rest = planned["plan"]["points"].as_array().expect("points");
        assert_eq!(rest.len() + 1, points.len());
        assert!(
            rest.iter().all(|point| point["chart"] != points[middle]["chart"]),
            "another one was left out"
        );
    }
}

#[test]
fn the_sheets_are_those_of_the_command_line_to_the_last_byte() {
    let server = Server::start(None);
    let folder = Folder::new();
    let session = |pages: &str| {
        let pages: Vec<_> = pages.split(',').collect();
        json!({ "zones": ["chin", "jaw"], "paper": "letter", "reference": "K 12", "pages": pages })
    };
    for (pages, format) in
        [("map,worksheet", "pdf"), ("template", "svg"), ("map", "png"), ("course", "svg"), ("map", "csv")]
    {
        let mut session = session(pages);
        if format == "csv" {
            session.as_object_mut().map(|keys| keys.remove("pages"));
        }
        let text =
            server.post("/api/plan", &session).is(200).json()["text"].as_str().expect("text").to_owned();
        folder.put("s.toml", text);
        let file = format!("{}.{format}", pages.replace(',', "-"));
        folder.run(&["map", "--session", "s.toml", "-o", &file]);
        let sheet = server.post("/api/sheet", &json!({ "session": session, "format": format })).is(200);
        assert_eq!(sheet.header("x-nappage-files"), Some("1"), "{file}");
        let name = sheet.header("content-disposition").expect("a name");
        let stem = if format == "csv" { "plan".to_owned() } else { pages.replace(',', "-") };
        assert!(name.contains(&format!("nappage-{stem}.{format}")), "{name}");
        assert!(sheet.body == folder.bytes(&file), "{file} differs");
    }
    let both = session("map,worksheet");
    let order = |more: Value| {
        let mut order = json!({ "session": both, "format": "svg" });
        if let Some((order, more)) = order.as_object_mut().zip(more.as_object()) {
            order.extend(more.clone());
        }
        server.post("/api/sheet", &order)
    };
    let second = order(json!({ "page": 2 })).is(200);
    assert!(second.header("content-disposition").is_some_and(|name| name.contains("map-worksheet-2.svg")));
    for wrong in [
        json!({ "page": 9 }),
        json!({ "page": 0 }),
        json!({ "format": "docx" }),
        json!({ "format": "csv" }),
        json!({ "session": { "pages": ["menu"] } }),
        json!({ "dpi": 200 }),
        json!({ "format": "png", "dpi": 9 }),
    ] {
        let faults = order(wrong.clone()).is(422).json();
        assert!(faults["faults"][0]["problem"].is_string(), "{wrong}");
    }
}

/// A session of two treatments, the second onto the skin.
const LAYERS: &str = "format = 'nappage-session/1'\nzones = ['chin', 'jaw']\npages = ['map', 'worksheet']\n\
    reference = 'K 12'\n[[layer]]\nname = 'booster'\nprotocol = 'vyc-12l'\n[[layer]]\nname = 'Onto it'\nuse = 'topical'\n\
    [[layer]]\nname = 'exosome'\nspacing = '13 mm'\n";

#[test]
fn layers_are_planned_and_printed_as_on_the_command_line() {
    let server = Server::start(None);
    let folder = Folder::new();
    let session = server.post("/api/open", &json!({ "name": "s.toml", "text": LAYERS })).is(200).json();
    let plan = |layer: &str| server.post(&format!("/api/plan{layer}"), &session);
    let text = plan("").is(200).json()["text"].as_str().expect("text").to_owned();
    assert_eq!(server.post("/api/open", &json!({ "name": "s.toml", "text": text })).is(200).json(), session);
    assert_eq!(server.post("/api/save", &session).is(200).body, text.as_bytes());
    folder.put("s.toml", &text);
    let order = |more: Value| {
        let mut order = json!({ "session": session });
        if let Some((order, more)) = order.as_object_mut().zip(more.as_object()) {
            order.extend(more.clone());
        }
        server.post("/api/sheet", &order)
    };
    let map = |more: &[&str], file: &str| {
        folder.run(&[&["map", "--session", "s.toml", "-o", file], more].concat());
        folder.bytes(file)
    };
    for (number, name) in [(1, "booster"), (2, "Onto it"), (3, "exosome")] {
        let shown = plan(&format!("/{number}")).is(200).json();
        let sums = &shown["layers"][number - 1];
        assert_eq!(sums["name"], name);
        assert_eq!(sums["volume_ul"], shown["plan"]["totals"]["volume_ul"]);
        assert_eq!(shown["plan"]["topical"].is_object(), number == 2);
        // The others' points are shown faintly; what goes onto the skin has none.
        let beside: Vec<_> = shown["legend"]
            .as_array()
            .expect("a legend")
            .iter()
            .filter_map(|entry| entry["layer"].as_str())
            .collect();
        let others: Vec<&str> = ["booster", "exosome"].into_iter().filter(|other| *other != name).collect();
        assert_eq!(beside, others);
        assert_eq!(
            shown["marks"]["front"].as_str().map(|marks| marks.matches("class=\"faint\"").count()),
            Some(others.len())
        );
        let sheet = order(json!({ "layer": number })).is(200);
        assert!(
            sheet
                .header("content-disposition")
                .is_some_and(|head| head.contains(&format!("map-worksheet-layer-{number}.pdf")))
        );
        assert!(sheet.body == map(&["--layer", name], &format!("{number}.pdf")), "{name} differs");
    }
    assert!(order(json!({})).is(200).body == map(&[], "all.pdf"), "all differ");
    assert_eq!(plan("").is(200).body, plan("/1").is(200).body);
    for wrong in ["/0", "/4", "/x", "/-1", "/99999999999999999999"] {
        let told = plan(wrong).is(422).json();
        assert_eq!(told["faults"][0]["item"], "layer", "{told}");
    }
    server.post("/api/plan/2", &json!({ "zones": ["chin"] })).is(422);
    for wrong in [json!(0), json!(4), json!("1"), json!(-1)] {
        order(json!({ "layer": wrong })).is(422);
    }
    let dated = LAYERS.replacen("reference", "course.start = '2026-12-01'\nreference", 1);
    folder.put("dated.toml", &dated);
    let session = server.post("/api/open", &json!({ "name": "dated.toml", "text": dated })).is(200).json();
    server.post("/api/course", &json!({ "session": session })).is(422);
    let course = server.post("/api/course", &json!({ "session": session, "layer": 3 })).is(200);
    folder.run(&["course", "--session", "dated.toml", "--layer", "exosome", "-o", "c.ics"]).exits(0);
    assert!(course.body == folder.bytes("c.ics"));
}

#[test]
fn every_fault_of_a_layer_names_it() {
    let server = Server::start(None);
    let text = LAYERS.replace("spacing = '13 mm'", "spacing = '13'\nbody = 'man'");
    let faults = server.post("/api/open", &json!({ "name": "s.toml", "text": text })).is(422).json();
    let list = faults["faults"].as_array().expect("a list");
    assert_eq!(list.len(), 2, "{faults}");
    assert!(list.iter().all(|fault| fault["line"].is_u64()), "{faults}");
    let wide = LAYERS.replace("13 mm", "30 mm");
    let session = server.post("/api/open", &json!({ "name": "s.toml", "text": wide })).is(200).json();
    let told = server.post("/api/plan/1", &session).is(422).json();
    assert_eq!(told["faults"][0]["item"], "layer 'exosome', spacing", "{told}");
}

#[test]
fn the_calendar_is_that_of_the_command_line() {
    let server = Server::start(None);
    let session = json!({ "zones": ["chin"], "course": { "start": "2026-12-01", "closed": ["sat", "sun"] } });
    let text = server.post("/api/plan", &session).is(200).json()["text"].as_str().expect("text").to_owned();
    let folder = Folder::new();
    folder.put("s.toml", text);
    folder.run(&["course", "--session", "s.toml", "-o", "c.ics"]).exits(0);
    let calendar = server.post("/api/course", &json!({ "session": session })).is(200);
    assert!(calendar.body == folder.bytes("c.ics"));
    server.post("/api/course", &json!({ "session": { "zones": ["chin"] } })).is(422);
}

#[test]
fn one_that_was_killed_starts_again_with_another_token() {
    let mut server = Server::start(None);
    server.get("/api/library").is(200);
    let (port, token) = (server.port(), server.token.clone());
    server.kill();
    let again = Server::start(Some(port));
    assert_ne!(again.token, token);
    again.with("GET", "/api/library", &[("Host", &again.host), ("X-Nappage-Token", &token)], b"").is(401);
    again.get("/api/library").is(200);
}

#[test]
fn a_port_that_is_taken_is_said() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("its address").port();
    folder.run(&["serve", "--no-browser", "--port", &port.to_string()]).exits(2).says(&[
        "--port",
        "is taken",
        &port.to_string(),
    ]);
}

/// The launcher's line, its quotes and escapes taken off, starts the page.
#[cfg(target_os = "linux")]
#[test]
fn a_shortcut_starts_the_page_and_is_not_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let args = ["serve", "--shortcut", ".", "--port", "0"];
    folder.run(&args).exits(0).says(&["wrote", "Nappage.desktop"]);
    let file = folder.path().join("Nappage.desktop");
    assert_eq!(std::fs::metadata(&file).expect("the file").permissions().mode() & 0o111, 0o111);
    let launcher = std::fs::read_to_string(&file).expect("text");
    let line = launcher.lines().find_map(|line| line.strip_prefix("Exec=")).expect("a line to run");
    let words: Vec<&str> = line.trim_matches('"').split("\" \"").collect();
    assert_eq!(words[1..], ["serve", "--port", "0"]);
    assert!(std::path::Path::new(words[0]).is_file(), "{words:?}");
    folder.run(&args).exits(2).says(&["Nappage.desktop", "exists"]);
    folder.run(&["serve", "--shortcut", "nowhere"]).exits(2).says(&["nowhere"]);
}

/// What opens the browser here is a file of the test's, which keeps the address.
#[cfg(target_os = "linux")]
#[test]
fn the_address_the_browser_is_opened_with_lets_one_page_in() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let opener = folder.put(
        "xdg-open",
        "#!/bin/sh\nprintf %s \"$1\" > \"$0.said.part\" && mv \"$0.said.part\" \"$0.said\"\n",
    );
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).expect("its rights");
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nappage"));
    let server = Server::run(command.args(["serve", "--port", "0"]).env("PATH", path));
    let said = folder.path().join("xdg-open.said");
    let begun = Instant::now();
    while !said.is_file() && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let address = folder.read("xdg-open.said");
    let (page, code) = address.split_once("#enter-").expect("a code");
    assert_eq!(page, format!("http://{}/", server.host));
    assert!(!address.contains(&server.token), "others see what a program is started with");
    let enter = |code: &str| {
        server.with("POST", "/api/enter", &[("Host", &server.host), ("X-Nappage-Token", code)], b"")
    };
    enter("0").is(401);
    server.with("GET", "/api/library", &[("Host", &server.host), ("X-Nappage-Token", code)], b"").is(401);
    assert_eq!(enter(code).is(200).body, server.token.as_bytes());
    enter(code).is(401);
}

#[cfg(unix)]
#[test]
fn it_ends_on_ctrl_c_and_writes_no_file() {
    let mut server = Server::start(None);
    server.post("/api/plan", &json!({ "zones": ["chin"] })).is(200);
    let id = rustix::process::Pid::from_raw(server.id() as i32).expect("a process");
    rustix::process::kill_process(id, rustix::process::Signal::INT).expect("a signal");
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn the_words_of_another_language_are_held_before_they_are_served() {
    let folder = Folder::new();
    folder.put("words.js", "export const words = { title: 'Nappage' };\n");
    folder.put("other.js", "const a = 3;\n");
    folder.put("large.js", vec![b' '; 5 << 20]);
    let serve = |file: &str| folder.run(&["serve", "--no-browser", "--port", "0", "--words", file]).exits(2);
    serve("nowhere.js").says(&["nowhere.js", "does not exist"]);
    serve("other.js").says(&["other.js", "words: is no file of the page's words", "/words.en.js"]);
    serve("large.js").says(&["large.js", "too large"]);
    let mut command = folder.command(&["serve", "--no-browser", "--port", "0", "--words", "words.js"]);
    let server = Server::run(&mut command);
    let given = server.get("/words.own.js").is(200);
    assert!(String::from_utf8_lossy(&given.body).contains("title: 'Nappage'"));
    assert_eq!(given.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(
        given.header("content-security-policy").is_some_and(|policy| policy.contains("script-src 'self'"))
    );
}

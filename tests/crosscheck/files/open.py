"""Opens the PDF, Word, Excel and CSV files of the demo office with programs that others wrote."""

import argparse
import csv
import http.cookiejar
import io
import re
import shutil
import socket
import subprocess
import sys
import time
import unicodedata
import urllib.parse
import urllib.error
import urllib.request
from pathlib import Path

import docx
import openpyxl
import pdf_oxide
import pikepdf

PASSWORD = "demo-ruộng-bậc-thang-2026"
LISTS = ["documents", "forms", "records"]


class Office:
    """The demo office, served for a while, and somebody signed in."""

    def __init__(self, quytrinh, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        listen = self.address.removeprefix("http://")
        command = [quytrinh, "demo", "--data", str(folder), "--listen", listen]
        self.server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(jar)

    def wait(self):
        for _ in range(600):
            try:
                self.browser.open(f"{self.address}/sign-in").read()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the demo office does not answer")

    def get(self, path):
        with self.browser.open(self.address + path) as answer:
            return answer.read()

    def sign_in(self, user):
        page = self.get("/sign-in").decode()
        csrf = re.search(r'name="csrf" value="([^"]*)"', page)
        fields = {"username": user, "password": PASSWORD, "csrf": csrf.group(1) if csrf else ""}
        self.browser.open(f"{self.address}/sign-in", urllib.parse.urlencode(fields).encode()).read()
        if "/sign-out" not in self.get("/").decode():
            raise SystemExit(f"{user} cannot sign in")


def squeezed(text):
    """Letters and digits only, so that breaks of lines and signs of lists do not matter."""
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if letter.isalnum()).lower()


def fonts_of(pdf):
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font":
            yield thing


def check_pdf(path, faults):
    """What PDF/A-2a asks of a file, as far as another reader sees it."""
    said = pdf_oxide.PdfDocument(str(path)).validate_pdf_a("2a")
    faults.extend(f"{path.name}: PDF/A-2a: {error}" for error in said["errors"])
    if not said["valid"]:
        faults.append(f"{path.name}: not PDF/A-2a for pdf_oxide")
    told = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    if told.returncode != 0:
        faults.append(f"{path.name}: qpdf: {told.stdout}{told.stderr}")
    with pikepdf.open(path) as pdf:
        root = pdf.Root
        meta = pdf.open_metadata()
        wants = {
            "its part in the metadata": meta.get("pdfaid:part") == "2",
            "its level in the metadata": meta.get("pdfaid:conformance") == "A",
            "an output intent": len(root.get("/OutputIntents", [])) == 1,
            "tags": bool(root.get("/MarkInfo", {}).get("/Marked", False)) and "/StructTreeRoot" in root,
            "its language": str(root.get("/Lang", "")).startswith("vi"),
            "no script": "/JavaScript" not in root.get("/Names", {}) and "/OpenAction" not in root,
            "no key": not pdf.is_encrypted,
        }
        faults.extend(f"{path.name}: wants {name}" for name, holds in wants.items() if not holds)
        fonts = 0
        for font in fonts_of(pdf):
            fonts += 1
            kind = str(font.get("/Subtype"))
            if kind == "/Type0" and "/ToUnicode" not in font:
                faults.append(f"{path.name}: {font.get('/BaseFont')} has no way back to letters")
            described = font.get("/FontDescriptor")
            if kind in ("/CIDFontType0", "/CIDFontType2", "/TrueType", "/Type1"):
                if described is None or not any(f"/FontFile{n}" in described for n in ("", "2", "3")):
                    faults.append(f"{path.name}: {font.get('/BaseFont')} is not inside")
        if fonts == 0:
            faults.append(f"{path.name}: no fonts were found, so none was checked")
        return len(pdf.pages)


def text_of_pdf(path):
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def check_docx(paths, folder, faults):
    """Each Word file opens in python-docx and in LibreOffice, with the same words and tables."""
    out = folder / "office"
    out.mkdir()
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    for kind in ("pdf", "txt:Text (encoded):UTF8"):
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", out, *paths]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900)
    for path in paths:
        pages, text = out / f"{path.stem}.pdf", out / f"{path.stem}.txt"
        if not pages.exists() or not text.exists():
            faults.append(f"{path.name}: LibreOffice does not open it")
            continue
        shown = squeezed(text.read_text("utf-8-sig"))
        laid_out = text_of_pdf(pages)
        for code in set(re.findall(r"(?:QT|BM|HD)(?:\.[A-Z]+)?(?:\.\d+)+", text.read_text("utf-8-sig"))):
            if code not in laid_out:
                faults.append(f"{path.name}: {code} is broken over two lines")
        read = docx.Document(str(path))
        texts = [paragraph.text for paragraph in read.paragraphs]
        for table in read.tables:
            texts.extend(cell.text for row in table.rows for cell in row.cells)
        words = {word for text in texts for word in re.split(r"\W+", text) if len(word) > 1}
        missing = sorted(word for word in words if squeezed(word) not in shown)
        if not words or missing:
            faults.append(f"{path.name}: LibreOffice does not show {missing[:8]} of {len(words)} words")


def check_sheet(name, sheet, table, faults):
    """A list as XLSX and as CSV has the same cells."""
    book = openpyxl.load_workbook(io.BytesIO(sheet), read_only=True)
    cells = [["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    if len(rows) < 2:
        faults.append(f"{name}: the list has no rows, so nothing was compared")
    shown = [[squeezed(cell) for cell in row] for row in cells]
    for row in rows[1:]:
        if not any(all(squeezed(cell) in there for cell in row[1:2]) for there in shown):
            faults.append(f"{name}: a row of the CSV is not in the XLSX: {row[:3]}")


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quytrinh", required=True)
    asked.add_argument("--work", type=Path, required=True)
    asked.add_argument("--documents", type=int, default=1000, help="at most so many documents")
    given = asked.parse_args()
    shutil.rmtree(given.work, ignore_errors=True)
    given.work.mkdir(parents=True)
    data, faults, pages, papers, words = given.work / "data", [], 0, 0, []
    office = Office(given.quytrinh, data)
    try:
        office.wait()
        office.sign_in("thuky")
        for name in LISTS:
            check_sheet(name, office.get(f"/lists/{name}.xlsx"), office.get(f"/lists/{name}.csv"), faults)
        table = csv.reader(io.StringIO(office.get("/lists/documents.csv").decode("utf-8-sig")))
        codes = [cell for row in list(table)[1:] for cell in row if re.fullmatch(r"[A-Z]+(\.[A-Z]+)*(\.\d+)+|[A-Z]{2,5}", cell)]
        codes = list(dict.fromkeys(codes))[: given.documents]
        for code in codes:
            quoted = urllib.parse.quote(code)
            try:
                paper = office.get(f"/documents/{quoted}/pdf")
                word = office.get(f"/documents/{quoted}/docx")
            except urllib.error.HTTPError as failed:
                if failed.code != 404:
                    faults.append(f"{code}: {failed.code} at {failed.url}")
                continue
            path = given.work / f"{code}.pdf"
            path.write_bytes(paper)
            pages += check_pdf(path, faults)
            papers += 1
            words.append(given.work / f"{code}.docx")
            words[-1].write_bytes(word)
        path = given.work / "handbook.pdf"
        path.write_bytes(office.get("/handbook/pdf"))
        pages += check_pdf(path, faults)
    finally:
        office.server.terminate()
        office.server.wait()
    if words:
        check_docx(words, given.work, faults)
    print(f"{papers} papers and the handbook: {pages} pages; {len(words)} Word files; {len(LISTS)} lists; {len(faults)} faults")
    for fault in faults[:40]:
        print("  " + fault)
    sys.exit(1 if faults or papers == 0 else 0)


if __name__ == "__main__":
    main()

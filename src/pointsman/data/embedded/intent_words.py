"""The words that fill the slots of the `intent_tools` patterns: `FILLERS[slot]` is a tuple of phrases."""

from __future__ import annotations

FILLERS: dict[str, tuple[str, ...]] = {}


def _add(block: str) -> None:
    """Read `name: filler; filler; …` lines into `FILLERS`."""
    for line in block.strip().splitlines():
        name, _, words = line.partition(":")
        FILLERS[name.strip()] = tuple(w.strip() for w in words.split("; "))


_add("""
can: Can you; Could you; can u; Could you please; Hey, can you; Hi! Can you; Please can you; Is there a way to; Are you able to
find: Find; find; Find me; Can you find; Could you please find; Please find; I'm trying to find; I need you to find; Help me find; Look for; I want to find; Search for
find_l: find; look up; show; check
search: Search; search; Can you search; Please search; I need you to search
help_q: Can you help?; Any idea where I can look?; Could you look that up for me?; Can you help me with that?; Show me what's out there.
about: about; on; regarding; related to
like_in: like in; going to be like in; expected to be in; currently in
city: London; Tokyo; Paris; Berlin; Sydney; New York; Mumbai; São Paulo; Nairobi; Toronto; Dubai; Lisbon; Chicago; Madrid; Seoul; Oslo; Denver; Bangkok; Cape Town; Rome; Busan; Perth; Austin; Manchester
when_w: today; tomorrow; this weekend; on Friday; next week; tonight; tomorrow afternoon; right now; around 5 pm; in the next three days
when_t: next month; in July; this weekend; for two nights in May; on the 14th; next Tuesday; over Christmas; in September; from the 3rd to the 9th; tomorrow
when_e: this Saturday; tonight; on Friday evening; next week; tomorrow; this month
when_now: right now; at the moment; this afternoon; today; currently
rain: rain; snow; be sunny; be windy; freeze
pack: an umbrella; a coat; sunscreen; boots
weather_kind: weather; forecast; humidity; air quality; pollen count; wind speed; UV index; temperature; rain radar; pollution level
going_to: flying to; hiking near; driving to; spending a week in; going surfing near; visiting
warning: storm warnings; flood alerts; heat warnings; tornado warnings; wildfire alerts
outdoor: surf; snow; wave; tide; trail; fishing; ski
spot: Bondi Beach; the north shore; Lake Tahoe; Bells Beach; Zermatt; Nazaré; the Blue Mountains; Whistler
news_topic: climate change; the elections in France; electric cars; the strike at the airport; interest rates; the wildfires; AI regulation; the Mars mission; the football transfer window; the new tax law; cyber attacks
paper: the Guardian; the New York Times; Le Monde; the BBC; Reuters; the local paper
research: quantum computing; transfer learning; CRISPR therapies; battery recycling; remote work; microplastics; software testing; sleep and memory; graph neural networks; urban heat; long covid; electric ferries; coral bleaching
source_kind: papers; research articles; studies; publications; preprints; reports; journal articles; patents
discuss: discuss; deal with; give evidence on; review the challenges of; compare methods for
period: in the last two years; this year; since 2022; last quarter; in the past month; over the last six months; last year
period_b: last year; the previous quarter; the same month of last year; the first half
period_s: last week; in the past month; since Monday; yesterday; in the last 24 hours
web_query: the best noise-cancelling headphones; vegan leather suppliers; symptoms of lithium deficiency in soil; who designed the new city hall; how much a passport costs; reviews of the new phone; solar panel subsidies; tiny house regulations; trending hashtags on fashion; the cherry blossom festival; electric scooter laws
lookup: the phone number of the city library; the opening hours of the post office; the current president of Peru; the release date of the next iPhone; the address of the Swedish embassy; the tallest building under construction; the cast of the new Batman film; the visa rules for Vietnam; the headquarters of Samsung; this year's Nobel Prize winners; tomorrow's train times to Leeds; the speed limit on the A7; the current inflation rate; the minimum wage this year; what day the council collects glass; the current chess world champion; vaccination rules for travel to Ghana; the bin number of my recycling; the latest Python version
online: online; on Wikipedia; for me; on the official site; from a reliable source; on the internet
match: the Liverpool game; the match between Chelsea and Arsenal; the Lakers game; the F1 race; the cricket match against Pakistan; the Wimbledon final; the derby; the Super Bowl; the Bayern match
last_time: last night; yesterday; on Sunday; last weekend; today; this morning; on 12 March 2015
sport_stat: the fixtures; the league position; the recent results; the injury list; the top scorers; all matches in the last 5 years; the halftime scores
team: Real Madrid; the Yankees; Liverpool; the Golden State Warriors; the All Blacks; Juventus; India's cricket team; Boca Juniors
stock_price: stock price; share price; market value; price; closing price; implied volatility
company: Apple; Tesla; Siemens; Nvidia; Toyota; Netflix; Unilever; Airbnb; Samsung; Shopify; Boeing; Spotify; Microsoft; Alibaba
financial: latest earnings; balance sheet; dividend history; analyst ratings; revenue by year; insider trades; current financial standing; debt ratio; quarterly report
detail_ask: and a graph if possible; for the past three years; as detailed as you can get it; with sources
market: the stock market; the Dow; the Nikkei; gold; oil; the FTSE
crypto: bitcoin; ethereum; solana; dogecoin; litecoin
company_role: is the CEO of; founded; audits; is the largest shareholder of; owns
members: members of Congress; senators; MPs; ministers; governors
politics_did: traded stocks; voted against the budget; resigned; received donations from oil firms; changed parties
bills: bills; lawsuits; hearings; proposals; petitions
policy: gun control; data privacy; healthcare; immigration; abortion; rent control; farm subsidies
politician: the senator for Ohio; our local MP; the vice president; the mayor of London
flight_ask: Show me direct flights only.; What are the options under $400?; Which airline is cheapest?; Morning departures please.
hotel_feature: a pool; free parking; a gym; breakfast included; a sea view; pets allowed; late check-in
hotel_kind: a boutique hotel; hostels; a family hotel; a place to stay; an affordable resort; a bed and breakfast
price: 100 dollars; €80; $50; £200; 500 bucks; 1000 euros; ₹5,000
trip_need: the main sights; affordable hotels; a dress code for temples; public transport passes; restaurants; day trips; museums with free entry; hiking trails; camping spots; nightlife
place_kind: pharmacy; ATM; bakery; petrol station; charging station; dentist; gym; coffee shop; bike shop; supermarket; park; car wash; vet; laundromat; bookstore; library
open_now: open now; open on Sundays; open 24 hours; within walking distance; wheelchair accessible
city_area: Times Square; Shibuya; Camden; my office; the main station; 5th Avenue; Kreuzberg; the airport; the old town; my hotel; 90210; Haeundae
place_feature: outdoor seating; good reviews; parking; vegan options; a kids' menu; live music; late opening; free wifi
cuisine: Thai; sushi; Indian; vegan; Italian; Ethiopian; Mexican; Korean; halal; seafood; gluten-free
near: near me; in downtown Boston; close to my hotel; around the station; in Lyon; nearby; within two miles; in my area
theme_park: Disneyland Paris; Epcot; Europa-Park; Universal Studios; Legoland; Six Flags
map_place: the Acropolis; Machu Picchu; 48.8584 N, 2.2945 E; the Strait of Malacca; the nearest hospital; Area 51; all bike lanes in Utrecht; latitude 35.36 longitude 138.72
transit: subway; bus; tram; train; ferry; metro
train_line: red; Central; number 4; U8; blue
on_road: on the M25; on Route 66; on my way to work; on the ring road; around the bridge; for speed cameras on the A1
shop_item: running shoes; a 1 TB SSD; a mechanical keyboard; a baby stroller; noise-cancelling headphones; a smartphone; an air fryer; a winter jacket; a used Toyota; a robot vacuum; an electric guitar; hiking boots; a 4K monitor; organic dog food; a standing desk; a wedding dress; a camping stove
shop_site: on Amazon; on eBay; in Australia; across different stores; on Etsy; with free delivery; at local shops; online
cheap: at the best price; second hand; with next-day delivery; cheapest; in bulk; in Canada
deal_kind: deals; discounts; current offers; Black Friday deals; refurbished models; the best sellers
shop_name: Nike; Domino's; Booking.com; IKEA; Zara; Uber Eats; Sephora
present: unique; thoughtful; housewarming; funny; handmade; last-minute; birthday
giftee: my dad; a coworker; a six-year-old; my best friend; a gamer; newlyweds; a beginner; my teacher
item_quality: lightweight and durable; easy to use; under warranty; eco-friendly; highly rated; suitable for newcomers
job_kind: software engineer; nurse; graphic designer; accountant; data scientist; barista; electrician; marketing manager; translator; teacher
job_kind_a: a software developer; a nurse; a UX designer; an accountant; a mechanical engineer; a remote writer; a truck driver; a data engineer; a bilingual tutor
job_detail: paying over 60k; for beginners; remote; part time; with visa sponsorship; posted this week; in a startup
skill_area: Kubernetes; payroll; robotics; 3D animation; Salesforce; contract law; mobile apps
course_kind: courses; online classes; free lectures; a certificate programme; bootcamps; university courses; tutorials; webinars
course_site: on Coursera; online; on YouTube; near me; from MIT; that start this month
subject: Python; digital marketing; photography; medieval history; machine learning; Spanish; accounting; guitar; UX; fitness; gardening; public speaking
flat_feature: two bedrooms; a balcony; parking; a garden; pets allowed; a short commute; furnished rooms; air conditioning
price_rent: $2,000 a month; 900 euros; £1,200; my budget of 1500
flat_adj: spacious; furnished; quiet; short-term; affordable; pet-friendly
flat_need: long lease; budget of 1,100 a month; need for a home office; family of five
show: Succession; the new Marvel movie; Breaking Bad; Oppenheimer; the latest season of Stranger Things; Parasite; the World Cup; Planet Earth; One Piece; Hamilton
playing_at: on Broadway; at the cinema near me; in theaters; at the West End
stream: Netflix; Disney+; HBO; Prime Video; free platforms
media_taste: nature documentaries; Korean thrillers; fantasy trilogies with dragons; indie horror games; true crime podcasts; escape-room games; anime with good soundtracks
media_ask: Find me something released in the last two years.; What's available to stream?; Show me highly rated ones and where to get them.; Can you pull up a list with ratings?
music_kind: 80s synth pop; relaxing piano; upbeat Latin songs; indie folk; lo-fi beats; a diverse mix of genres; 90s hip hop; classical guitar
music_occasion: my wedding; a road trip; studying; a dinner party; my workout; a rainy evening
music_app: Spotify; Apple Music; YouTube Music; Deezer
podcast_kind: new; popular; short; German; interview
podcast_topic: startups; ancient history; parenting; space; football; mental health
lyric: I walked through the city with no name; dancing on a wire over the sea; oh the morning never came for us
ticketed: the Champions League final; the Coldplay concert; Hamilton; the tennis open; Comic-Con; the museum's new exhibition; Taylor Swift
recipe_adj: vegan; gluten-free; 30-minute; low-carb; authentic; easy; high-protein; kid-friendly
ingr: chickpeas; salmon; zucchini; coconut milk; lentils; chicken thighs; feta; sweet potato; mushrooms
dish_kind: curry; lasagna; breakfast; dessert; soup; tacos; dinner party; smoothies
recipe_site: AllRecipes; BBC Food; a recipe database; a cooking site
nutrient: protein; sugar; iron; fibre; salt; vitamin C
food_item: a Big Mac; 100 g of quinoa; a medium avocado; two slices of pizza; a Snickers bar; a cup of oat milk
disease: breast cancer; type 1 diabetes; migraine; Parkinson's; asthma; lupus
trial_id: NCT04738201; NCT05112233; NCT03994455
doctor: dermatologist; pediatrician; physiotherapist; psychiatrist; cardiologist; vet
insurance: Blue Cross; Aetna; the NHS; my insurance; Medicare
medicine: ibuprofen 600; the flu vaccine; insulin; amoxicillin; an inhaler
pharmacy: the pharmacy on Main Street; Walgreens; Boots; the nearest chemist
lawyer: immigration; divorce; patent; employment; tax; criminal
language: Spanish; Japanese; French; German; Arabic; Korean; Portuguese; Mandarin; Hindi; Italian; Dutch; Polish
legal_role: a tenant; an employee; a consumer; a patient; a cyclist
state: California; Texas; Ohio; New York; Washington; Florida; Oregon
law_ref: the GDPR article 17; section 230; the clean air act; the local noise ordinance; the tenancy act
grant_for: medical research; a women-led startup; community gardens; solar roofs; artists; technology projects; schools
country: Kenya; Spain; India; the UK; Canada; Brazil; South Korea; Poland; Mexico
charity: the Red Cross; Oxfam; the Nature Trust; Save the Children; a local food bank
stat_topic: unemployment; car accidents; birth rates; tourism; coffee exports; house prices; smoking
airport: KSFO; EGLL; Denver; JFK; Frankfurt
flight_no: LH430; BA117; UA52; EK202
parcel: 1Z999AA10123; with number 77-4410; from yesterday; RX445129
domain: sunnycafe.com; mygardenblog.net; brightlaw.io; acme-tools.org; fastloans.biz; oakstudio.co
email: jo.k@mail.com; my work address; my old Yahoo address
service_it: AWS; GitHub; Slack; my internet provider; Cloudflare; PlayStation Network
celebrity: Lady Gaga; the Pope; LeBron James; Elon Musk; NASA; our mayor
social: Twitter; Instagram; Reddit; TikTok; LinkedIn; Facebook; Mastodon
zodiac: Virgo; Taurus; Scorpio; Leo; Aries; Pisces
scripture: Quran; Bible; Hadith; Torah; Gita; Talmud
virtue: patience; charity; honesty; forgiveness; education; fasting
image_of: cute otters; people dancing at a wedding; a sleepy kitten; the northern lights; vintage cars; a surprised baby; confetti; a red panda
image_for: for my presentation; under a free licence; in high resolution; for a blog post; to use as wallpaper
video_show: show how to change a tyre; explain calculus; teach beginner yoga; compare electric cars; cover the moon landing; demonstrate cardio workouts
youtube: on YouTube; with subtitles; under ten minutes; on Vimeo
currency: US dollars; euros; yen; British pounds; Indian rupees; Swiss francs; pesos; CAD
wiki: company wiki; knowledge base; intranet; handbook; Confluence; help center; SharePoint
policy_doc: parental leave; the VPN setup; travel expenses; the refund policy; onboarding; security incidents; remote work; the coding guidelines
note_about: the garden project; Sarah's birthday ideas; the wifi password; my tax number; the Lisbon trip; the interview questions; the pasta recipe
cust: 40318; Miller & Sons; with the email ann@shop.com; Acme Ltd
db: database; CRM; data warehouse; orders table; HR system; inventory system; Postgres database
db_what: all orders over $500; customers who left last month; the stock level of item 1180; employees hired in 2021; open tickets; unpaid invoices; the ten newest signups
scrape_what: all product names; the contact details; the table of prices; every headline; email addresses; job postings
scrape_ask: what they sell; who runs it; whether they ship abroad; what the first article is about
path: news/42; about; blog/rates; docs/setup; video?v=9x1
link_ask: What does this page say?; Find the publication date.; Who wrote it?; Does it mention prices?
card: Black Lotus; Charizard VMAX; Blue-Eyes Dragon; Sol Ring
game: Overwatch; League of Legends; Elden Ring; Minecraft; Fortnite; Valorant; FIFA; Hades
game_thing: builds; weapons; support heroes; decks; tier lists; speedrun routes
puzzle_site: the daily puzzle page; the puzzle generator; the newspaper
difficulty: medium; hard; for beginners; 9x9; expert level
puzzle: crossword; word search; trivia quiz; jigsaw; chess puzzle; game of checkers
device: the Bosch washing machine WAN28; pump model ZX-400; the Canon R6; my Honda lawnmower; the Fitbit Versa; HP LaserJet 1020
service_t: pet transport that meets the regulations; a language exchange; a local running club; home insurance; a co-working space; renting a camper van; volunteering with animals; furnished apartments; a moving company
frustration: reading the same news everywhere; slow delivery; losing every bet; not finding good music; outdated search results; this shopping app
frustration_ask: Show me alternatives.; Find me something better.; Look up what others use.; Can you search other sources?
local_need: a plumber; a trustworthy babysitter; an animal transporter; a caterer; a photographer; a cleaning service; a wedding venue; a mechanic; a notary; a tutor
local_pro: plumbers; movers; locksmiths; painters; garages; tailors
local_job: come today; fix a leaking boiler; repair an e-bike; replace a lock; alter a suit; quote me for a two-room move
list_live: coworking spaces; shows that are playing; summer camps; charging points; flea markets; swimming lessons;  food banks; animal shelters; escape rooms
list_detail: opening hours; prices; ratings; addresses; phone numbers; availability; age limits; booking links
company_s: Dropbox; Magnolia Insurance; FedEx; Revolut; HelloFresh; Zoom; Canva; Vodafone
plan_kind: family; premium; business; student; basic
ad_kind: Google; Facebook; PPC; LinkedIn; Microsoft; video; shopping
exec: CEO; head of sales; CTO; press officer
file_a: report.docx; this Word document; my CV; slides.pptx; the photo; song.wav; this spreadsheet; notes.md; data.json; the video; the CSV; an EPUB book; invoice.html; lecture.mp4; logo.svg; my notes; contacts.vcf
fmt: PDF; CSV; JSON; Markdown; DOCX; MP3; PNG; JPEG; XML; YAML; HTML; EPUB; XLSX; SVG; MP4; plain text; Parquet; LaTeX
conv_reason: I can print it; my printer accepts it; it opens on my phone; we can import it; the client can edit it; it is smaller
export_what: our chat; this conversation; the table; my playlist; the report; our discussion; the quiz; the meeting notes; this thread; your last answer; the code we wrote
chat_topic: holiday plans; the garden plan; my business plan; Python basics; the trip
team: my team; the board; my students; a client; the marketing department; my boss
doc_tr: this contract; the attached letter; contract.pdf; my birth certificate; the user manual; this web page; the menu; the subtitles; our privacy policy; strings.xml; this document; the email from the supplier
photo_text: a photo of a shop window; a picture of a menu; a scanned letter; a screenshot of an error; a photo of a street sign
written: my blog post; this article; chapter one; the interview text; my handwritten notes; this script; the newsletter; a poem I wrote
audio: an audio file; an MP3; a podcast episode; speech; an audiobook; a voice recording
voice: female; calm; British; natural; deep
recording: the interview recording; meeting.mp3; this voice memo; the lecture video; the podcast episode; the sales call of Tuesday; zoom_0412.mp4
transcript_opt: mark the speakers; add timestamps; save it as text; remove filler words
scan: this scanned page; receipt.jpg; a handwritten letter; the photo of the whiteboard; scan_003.png; an old newspaper clipping; this image of a table; the business card
table_bits: table; addresses; line items; dates; totals
image_f: this image; photo.png; my profile picture; these five photos; banner.jpg; the logo; the screenshots; the product photos
px: 800x600; 1080 pixels wide; half its size; a square; thumbnail size
img_edit: Crop; Remove the background from; Rotate; Sharpen; Add a watermark to; Blur the faces in; Make black and white; Brighten; Upscale; Flip
img_edit_l: crop; remove the background from; rotate; sharpen; watermark; blur the faces in; colourise; brighten; upscale; cut the edges off
img_why: without losing quality; for my shop; before Monday; for a passport; because it is too large
merged: panorama; collage; contact sheet; GIF; PDF
mb: 2 MB; 500 KB; 10 MB; the upload limit
n: 3; 4; 5; 6; 8; 12
n2: 2; 10; 16; 20
pdf: contract.pdf; this PDF; the manual; the exam booklet
split_how: by chapter; into single pages; after page 10; in half
pdf_rm: the password; page 3; the watermark; blank pages; annotations
qr: my website; our wifi login; our feedback form; my contact card; the event page; the restaurant menu; a payment link
code_kind: QR code; barcode; short link; data matrix code
dataset: customers.csv; the sales table; this spreadsheet; the survey export; orders.xlsx; my contact list; the sensor data; the address list; the payroll sheet
clean: remove empty rows; trim the spaces; fix the date column; drop rows without an email; unify the country names; correct misspelt cities; remove outliers; strip HTML tags
clean_rows: duplicates; blanks; rows before 2020; test entries
norm: phone numbers; addresses; currency values; names; units; upper and lower case
column: region; customer ID; date; age group; product; city; department; price; channel; gender; store; month
split_cols: first and last name; street and number; day and month; amount and currency
naming: snake case; English; short codes; match the template
fill_with: the median; zero; the previous value; "unknown"
cond: the amount is above 100; the status is open; the country is Chile; the date is in May
log: server.log; the nginx log; these bank statements; the syslog; app.log
markup: JSON; XML; YAML; HTML; TOML
markup_doc: this JSON; the XML feed; this bibliography; my reference list; the YAML file; this messy table
markup_snip: <item><id>7</id></item>; [1, 2, 3]; name: Ann, age: 40; id;qty;price 7;2;9.90
api_src: the API response; the supplier feed; the webhook; the export
code_file: main.js; styles.css; the bundle; this HTML file
encode: encode; decode
encode_v: URL-encode; Decode; Gzip; Hex-encode; Escape
enc_what: this string; hello world; the token; secret.txt; the payload; aGVsbG8=
pii: names; phone numbers; emails; addresses; account numbers
schema: our CRM schema; the new template; the import format; the tax office layout
batch: resize every photo in this album; convert 200 WAV files to MP3; rename the columns of all sheets; watermark all slides; strip metadata from these pictures
rows_src: this list; the bullet points; my raw notes; the comma-separated names; these rows; the chat log
rows_dst: a table; flashcards; a CSV; a numbered list; SQL inserts; a JSON array; a spreadsheet; slides; a mind map; calendar entries in ICS
video_out: a short video; an animated GIF; a slideshow; a promo clip; a time-lapse; an explainer video
video_in: these photos; my blog post; the product pictures; the raw footage; the screen recording; a script
video_desc: introduces our shop; shows before and after; loops; fits on Instagram; has background music
trim: the first minute; 30 seconds; the part with the goal; 2:10 to 3:45
model3d: 3D model; CAD file; STL file; printable model
object_3d: a hinge; a phone stand; a gear; a chess piece; a bracket
font: banner; slant; block; bubble; shadow; doom
template: invoice; invitation; certificate; badge; contract; label
tmpl_data: the names in this sheet; the order data; the guest list; these values
tmpl_out: place cards for the dinner; name badges; certificates for the class; shipping labels
date_fmt: ISO format; DD/MM/YYYY; Unix time; American style
tz: Tokyo time; EST; local time; CET
unit: inches; centimetres; pounds; kilograms; Fahrenheit; Celsius; miles; kilometres
diagram_desc: user logs in, token is checked, page loads; A depends on B and C; order, payment, shipping, delivery; three servers behind a load balancer
flow: the refund process; our hiring steps; the login sequence; the build pipeline
words: ocean, wave, sand, tide, shell; mercury, venus, mars; bread, butter, knife
conv_problem: file won't open on my Mac; video is in the wrong format; photo is a HEIC; CSV uses semicolons; PDF is not searchable; audio is too quiet
conv_ask: Can you convert it?; Fix that please.; Change it to something standard.; Make it work.
""")

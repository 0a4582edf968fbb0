"""More words for the `intent_tools` patterns: calculation, communication, scheduling, files and analysis."""

from __future__ import annotations

FILLERS: dict[str, tuple[str, ...]] = {}


def _add(block: str) -> None:
    """Read `name: filler; filler; …` lines into `FILLERS`."""
    for line in block.strip().splitlines():
        name, _, words = line.partition(":")
        FILLERS[name.strip()] = tuple(w.strip() for w in words.split("; "))


_add("""
arith: 47 * 89; 1289 + 3345 - 72; 15% of 860; the square root of 1764; 3.75^2.4; 2^16; log 3(729); 9/16 + 5/12; 144 divided by 0.75; sin(35 degrees); e^2.5; 18 factorial; 7.5 x 12.25; (45 + 17) * 3 - 8; the cube root of 2197; 1000 - 3 * 87
pct: 15%; 7.5 percent; 20%; 12%; 35 percent; 3.2%; 18 percent
money: $84.50; 240 euros; £1,350; $19.99; 76 dollars; ₹4,200; 3,100 euros
money_big: $250,000; 12,000 euros; £95,000; $4,800; 60,000 dollars; $1.2 million
money_cur: 500 euros; 10,000 yen; $75; 1,200 pesos; £40
offon: off of; added to; less than; more than
tax: sales tax; VAT; tax; service charge; tip
rate: 3.9%; 5% a year; 4.25 percent; 6.1% APR; 2 percent
years: 5; 10; 15; 20; 25; 30
loan: a $15,000 car loan; a sofa on credit for 900 euros; a student loan of $32,000; a 48-month credit
compounded: monthly; yearly; quarterly; daily
height: 178 cm; 5'6"; 1.65 m; six feet
weight: 74 kg; 160 lbs; 58 kilos; 12 stone
age: 25; 34; 51; 67
qty: 12; 5.5; 180; 72; 2500; 0.75; 26.2
unit_a: miles; kilograms; Fahrenheit; gallons; inches; acres; ounces; knots; feet; hours
unit_b: kilometres; pounds; Celsius; litres; centimetres; hectares; grams; km/h; metres; seconds
equation: 3x - 7 = 26; x^2 - 9x + 20 = 0; 5(x + 2) = 3x - 8; 2^x = 50; x/4 + 3 = 11; |2x - 1| = 9
poly: x^3 - 6x^2 + 11x - 6; 2x^2 + 3x - 5; x^4 - 16; 4x^2 - 12x + 9
func: x^3 - 2x; ln(x^2 + 1); sin(x)/x; e^(-2x); sqrt(1 + x); x cos(x)
lim: 0; 1; pi; 2; infinity
matrix: [[2, 1], [5, 3]]; [[1, 4, 2], [0, 3, 1], [2, 2, 5]]; [[7, -2], [3, 6]]
system: 2x + y = 7, x - y = 2; 3a + 2b = 12, a - b = 1; x + y + z = 6, x - y = 0, z = 2
numbers: 4, 8, 15, 16, 23, 42; 71, 85, 90, 66, 78; 2.5, 3.1, 2.9, 4.0; 120, 135, 98, 143, 110; 5, 5, 7, 9, 12, 30
stat: median; variance; mean; standard deviation; 90th percentile; interquartile range; mode; z-scores
test: t-test; chi-square test; two-sample z-test; ANOVA; Mann-Whitney test
samples: group A 12, 15, 11 and group B 18, 21, 17; 40 of 200 against 55 of 210; these two columns of measurements
ci: a mean of 52 with sd 8 and n = 64; 120 successes out of 300; the average of 3, 4, 6, 9
prob: rolling at least one six in four throws; drawing two hearts in a row; getting 7 heads in 10 flips; two people in a group of 23 sharing a birthday; guessing 5 of 8 questions right
combi: 6 people sit in a row; I choose 3 toppings out of 10; the letters of BANANA be arranged; a committee of 4 be picked from 12
n_big: 1337; 4096; 9973; 720; 100; 365; 2310; 641
base: binary; hexadecimal; octal; base 7; Roman numerals
hex: 0xFF3A; 10110111; 0b1010; 0x1F
shape_dim: a circle with radius 7; a triangle with sides 5, 6 and 7; a trapezoid with bases 8 and 12 and height 5; a 12 by 9 rectangle
solid_dim: a cylinder with radius 3 and height 10; a sphere of diameter 24 cm; a cone 9 high and 4 wide; a box 3 x 4 x 12
num: 6; 9; 14; 25; 60; 120; 3.5; 48
date: March 3; 12 June 2019; Christmas; 1 January 2000; October 31; the 15th of May
time: 6:30 am; 7 am; noon; 14:15; 9 o'clock; 10:45 pm; 8:00; half past five
fuel: 1.79; 0.32; $1.50; 30 cents
paint: a room 4 by 5 metres and 2.6 high; 35 square metres; a 12x15 ft wall; two walls of 18 m2
tile: 30 by 30 cm; 60x60; one square foot
ratio: ratio; difference in percent; average; sum
grades: A, B+, A-, C; 3.7, 3.0, 4.0; 85, 92, 78 and 88 percent
recipe_q: 300 g flour, 2 eggs; 1 cup rice and 2 cups water; 150 g butter, 3 eggs, 250 g sugar
card_game: canasta; poker; bridge; rummy; gin
hand: 5 5 5 J with a 5 turned up; two kings, two nines and a four; 7 8 8 9 and a 6; A K Q J 10 of hearts
molecule: glucose; CaCO3; sulfuric acid; caffeine; NaHCO3
phys: kinetic energy; momentum; stopping distance; terminal velocity; period
phys_obj: a 1,200 kg car at 90 km/h; a ball dropped from 45 m; a pendulum 2 m long; a 70 kg skydiver; a 5 kg sled on ice
appliance: a 1500 W heater used 3 hours a day; my fridge at 120 W; a gaming PC of 450 W
frac: 84/126; (x^2 - 4)/(x - 2); sqrt(72) + sqrt(18); 3/8 of 5/6
dec: 3.14159265; 17.48761; 0.0049382
nth: 10th; 25th; nth; 100th
name: Maria; Tom; Priya; Nils; Lena; Ahmed
bought: bought; sold; ordered; needs
goods: notebooks; tickets; apples; pens; boxes; shirts
price_s: $2.50; 3 euros; $12; 75 cents
runs: runs; cycles; swims; walks
calc_plain: if I save 35 a week how much is that in a year?; 3 pizzas at 11.95 plus 10% tip; I owe Sam 48 and he owes me 19.50, what's left?; what's 20% off 65 and then another 10% off?; 250 grams costs 3.20, what does a kilo cost?; how many weeks are 400 days?; I have 7 boxes with 24 bottles and sell 95, how many are left?; half of 3/4 of 96
points: (1,2), (2,3.9), (3,6.1), (4,8); (0,5), (10,9), (20,15); x = 1..5 and y = 2, 4, 5, 4, 6
monte: pi with 10,000 points; the chance that two dice beat one; the risk of ruin with a 52% win rate
person: Sarah; John; my boss; Dr. Lee; Anna; the landlord; Mike from accounting; Priya; my professor; our client; Tom; HR; Elena; my accountant; Carlos; the recruiter; my wife; Kenji
mail_about: about the meeting; saying I'm sick today; with the updated budget; asking for the contract; to confirm the booking; regarding the delayed shipment; to thank her for the interview; that the demo moved to Thursday; about the broken heating; asking when the parts arrive; with my availability
mail_about_link: the link to the survey; about the game tonight; the address; my new number
send_when: now; right away; tonight; before 5; as soon as possible; first thing tomorrow
reply_say: accept the offer; tell her Tuesday works; ask for more details; decline politely; say thanks; confirm the date; attach the invoice
short_msg: Running 10 minutes late; See you at 8; The build is fixed; Happy birthday!; Can we move this to Friday?; We're closed on Monday; Dinner is ready; New opening hours from June; I'll call you back; Great job everyone
that: that; to say that; saying; to let them know
fact: I'm running late; the meeting is cancelled; I landed safely; the server is back up; I'll be home by seven; the report is ready; we need more time; the deadline moved to Friday; I can't make it tonight; the office is closed tomorrow; we won the contract; I am on holiday until Monday; lunch is on me
relative: mom; dad; sister; husband; grandma; daughter; brother; wife
messenger: Slack; WhatsApp; Teams; Telegram; Messenger; Signal; Discord; iMessage; WeChat
channel: #general; #random; design; #dev-ops; announcements; marketing; the family
group: the team; my family group; all employees; the project group; the book club; my students; the parents; everyone on the invite list; the sales team; the volunteers; our engineers
work_topic: the budget; the Q3 launch; the new contract; the server outage; the redesign; the audit; project Falcon; the supplier; hiring; the warranty
mail_obj: this email; the invoice; that thread; the meeting notes; his last message; the tickets
mail_obj_n: email; message; attachment; thread; newsletter
phone_target: 555-0199; the dentist; +44 20 7946 0000; customer service; the pizza place; room service
account: the company account; my account; our brand account
share_obj: my location; the album; this page; the meeting link; my screen; my cart; the playlist; my reading list
if_alert: if the site goes down; when the temperature passes 30 degrees; about the failed login; that stock is low
users: users; subscribers; drivers; customers; app users
event_c: the team dinner; my birthday party; the webinar; the kickoff; Friday's barbecue; the wedding
thanks_for: the gift; her help; the interview; dinner; the recommendation
inbox_q: anything from the bank; the flight confirmation; unread messages from today; an invoice over 500; emails with attachments; the order number; messages about the lease
mail_kind: emails; messages; voicemails; texts; notifications; mail; DMs
mentioned: mentioned; asked about; complained about; approved
sender_n: that newsletter; no-reply@shop.com; the gym; LinkedIn; this number; spam senders
folder_m: Archive; Receipts; Work; Travel
status: away; do not disturb; in a meeting; on vacation
attach: the contract; budget.xlsx; my CV; the photos; report.pdf; the signed form
customers: customers; clients; users; members; subscribers; shoppers; readers; patients
complained: left one star; asked for a refund; reported the bug; cancelled
candidates: these candidates; three designers; the shortlisted applicants; potential customers; the top leads
position: the developer role; a partnership; an interview; our product; a sponsorship
company_c: Globex; your company; Northwind; Initech; a startup called Loop
pitch: I'd love to join the team; my skills match the role; I've used their product for years; I have five years of experience
support_of: customer support; the airline; my bank; the hotel; the seller; the city office
support_ask: where my refund is; to change my booking; about a wrong charge; for an earlier date; for an invoice
ask_if: she can swap shifts; they got my package; Friday works; he is free for lunch; the draft is final; anyone has a charger
will_not: won't make it tonight; am on my way; accept the offer; need another day; left the keys inside
list_n: subscribers; VIP; press; alumni
meeting: a meeting; a one-on-one; a call; a project review; lunch; a stand-up; a 30-minute sync; coffee; a job interview; a demo; a planning session; a performance review
meeting_the: the stand-up; my 3 o'clock; the budget meeting; the call with Berlin; tomorrow's review; the interview; the workshop; the 10 am sync
meeting_n: review; workshop; stand-up; interview; call
when_s: tomorrow at 3 pm; on Monday at 9; next Thursday afternoon; this Friday at noon; on March 14 at 10:30; tonight at 8; next week; at 4:15 today; on the first of June; Wednesday morning; in two hours; every weekday at 8
when_day: tomorrow; on Friday; today; next Monday; this afternoon; Thursday; on the 21st; Saturday
when_week: this week; next week; by Friday; before the end of the month; on Tuesday; in the next ten days
appoint: a dentist appointment; a haircut; parent-teacher night; my flight to Rome; yoga class; the car inspection; a job interview; dinner with Ana; a vet visit; a concert
appoint_my: my dentist appointment; my haircut; the car service; my physio session; the viewing; my eye test
appoint_n: appointment; meeting; call; class; shift; flight
an_appoint: an appointment; a booking; a consultation; a check-up
recurring: a weekly; a recurring monthly; a biweekly; a daily
recurring_r: daily; weekly; monthly; yearly; twice-daily
todo: call the bank; water the plants; submit the tax form; buy milk; take my pills; pick up the kids; renew my passport; send the invoice; pay rent; back up the laptop; book the hotel; stretch; feed the cat; change the air filter; return the library books; prepare the slides
todo_n: the rent; the laundry; Mum's birthday; the tax form; the pills; my passport; the invoice
cal_app: Google; Outlook; Notion; Apple; work; family
cal_app2: my phone; Outlook; Google Calendar; my partner's calendar; Teams
dur: 10 minutes; 25 minutes; an hour; two hours; 45 minutes; 90 seconds; half an hour
by_dur: by an hour; 30 minutes; one day; to the evening; a week
focus: deep work; writing; the gym; family; preparing the pitch; studying
room_no: 204; B12; Everest; 3.07
bookable: meeting room; tennis court; desk; company car; karaoke room; parking space
restaurant: Chez Nina; the sushi place on Main; Trattoria Roma; the Blue Door; the ramen bar; the steakhouse
pro: the dentist; Dr. Patel; my hairdresser; a physiotherapist; the mechanic; the tax adviser; the vet
service_home: a plumber visit; the window cleaning; a grocery delivery; the internet installation; a boiler check
day_kind: day; week; Saturday; morning; study week
plan_items: gym, two meetings, groceries; three exams and a shift; write 1,000 words, walk the dog, call Mum; deep work before noon
week_goal: I have two free evenings; I study an hour a day; all calls are before lunch; Friday is free
team_project: website; Apollo; onboarding; mobile app; kitchen
deliverable: the draft; the prototype; chapter two; the tax return; the design review
deadline_ev: grant; project; application; exam; wedding; release; visa
alert_before: two days; a week; an hour; one day; three days
snooze: for ten minutes; until tomorrow; for an hour; until I get home
weekday: Monday; Tuesday; weekday; Sunday; second Friday; Thursday
candidate: the new candidate; Ms Okafor; the three finalists; Jamie
bill: electricity bill; credit card payment; rent; phone bill; insurance
sched_problem: overlaps with my flight; is at a bad time; was cancelled; runs too long; has no room
sched_ask: Find another slot.; Move it please.; Please rebook it.; Can you fix the calendar?
file: report.pdf; notes.txt; budget.xlsx; main.py; config.yaml; todo.md; contract_final.docx; data.csv; photo_12.jpg; thesis.tex; README.md; invoice_0423.pdf; backup.sql; the draft; presentation.pptx; /etc/hosts; ~/Documents/letter.odt
file_part: the first page; the second paragraph; line 40; the table on page 3; the introduction; the last entry
file_ask: how many lines it has; who wrote it; what the total is; which port is set; whether it mentions Anna; when it was last saved
file_where: on page 2; in the first line; under "Scope"; about refunds; at the end
head: first; last; top
content: a shopping list; these notes; the results; this text; the summary; a list of names; our conversation; the code; the recipe; the log
content_the: the results; the summary; this conversation; the table; our notes; the code; the final draft; the recipe; the quiz; this text
folder: Documents; the Downloads folder; /var/log; my desktop; ~/projects; the shared drive; the Photos folder; D:/archive; the USB stick; src/; the Taxes folder
folder_n: Invoices 2024; Holiday; archive; drafts; Clients; tests; old
folder_in: on my desktop; in Documents; in Downloads; on the shared drive; in the project folder; in Dropbox; under /home
line: buy batteries; version=2; TODO: fix login; 14:05 started; alpha,beta,7
word_a: colour; foo; 2023; draft; Ltd
word_b: color; bar; 2024; final; Inc
file_kind: screenshots; .tmp files; PDFs; duplicates; photos; empty folders; log files; Word documents
file_kind_s: PDF; file; spreadsheet; document; email export
trash: trash; recycle bin; temp folder; cache folder
rename_by: date; adding a number; adding the author; replacing spaces
drive: laptop; drive; phone; Google Drive; disk; server
doc_kind: contract; tax return; slide deck; boarding pass; CV; spreadsheet; handbook; warranty
doc_the: the contract; my CV; the lease; last year's tax return; the holiday photos; the slide deck; the budget sheet; my thesis; the insurance policy
cloud: Dropbox; Google Drive; OneDrive; iCloud; S3; Box; SharePoint; Nextcloud
share_l: send me the link; share it with Anna; make it public; give the team access
restore: last week's backup; the trash; version history; the cloud
archive: photos.zip; backup.tar.gz; release.7z; data.rar
attach_to: the ticket; the calendar event; my application; the Jira issue
copies: two copies; double sided; in black and white; pages 1 to 3
paper_doc: receipt; contract; passport page; letter
log_entry: today's run of 8 km; the expense of $42; 7 hours of work; the meter reading 10432; a weight of 71 kg; the new contact Lin
sheet: budget.xlsx; the expense sheet; inventory.csv; the attendance sheet; sales_2024.xlsx
row: 12 May, taxi, 23.50; Ana, 34, Lisbon; item 88, 5 pieces; Tuesday, 6 hours
cell: B7; C12; the total; A1
col: C; the second; "price"; "email"
notebook: journal; Notion page; training log; reading list; lab notebook
note_app: Evernote; Obsidian; Notion; Keep; OneNote
note_text: the door code is 4471; ask about the warranty; idea for chapter five; size 42 fits
note_src: the budget round; this article; today's lecture; the call with Dana
doc_title: Project Plan; Meeting Minutes; Packing List; Budget 2025
db_s: database; customers table; project sheet; CRM; SQLite file
version: the previous version; yesterday's version; the last commit; version 3
clean_files: old downloads; the cache; videos over 1 GB; duplicate photos
photos: photos; contacts; videos; music
device_p: my phone; the camera; my old laptop; the SD card
org_by: year; file type; client; project
perm: 644; read-only; executable; owner only
repo: website; backend; dotfiles; thesis
host: Netlify; the web server; GitHub Pages; Heroku; Vercel
server: staging; production; mail; database; build
ssh_do: patch the kernel; show the disk usage; restart nginx; tail the log; check who is logged in
service_s: nginx; mail; database; queue
log_err: errors; timeouts; failed logins; out-of-memory messages
data: the sales data; survey.csv; this dataset; our website traffic; the attached spreadsheet; last month's transactions; the sensor readings; my step counts; the churn table; the exam results; the hospital records; these experiment results; the ad spend report
an_goal: tell me what stands out; find the best month; identify our top customers; explain the drop in May; list three insights; show which store loses money; suggest actions
an_ask: which region grows fastest; what drives returns; who our best clients are; whether the new price works; if there is a weekly pattern
pattern: outliers; seasonal patterns; correlations; anomalies; trends; duplicates that look like fraud; clusters
metric: revenue; conversion rate; churn; page views; average order value; response time; attendance; profit margin; customer satisfaction; delivery time; downloads; open rate
moved: drop; rise; stall; double
chart: bar chart; line graph; scatter plot; histogram; pie chart; heat map; box plot
future: the next quarter; next year; the coming four weeks; December
experiment: A/B test; pricing experiment; email test; landing page test; pilot
doc_s: this article; the attached report; the 40-page PDF; the meeting transcript; this research paper; the annual report; that email thread; the contract; this podcast episode; the recorded keynote; the court ruling; chapter 4 of the textbook; the customer interviews; the white paper; my lecture notes; the policy document; the terms of service; this YouTube video
sum_len: in three bullet points; in one paragraph; under 100 words; a one-page summary; the key points only; a short overview
clause: liability; termination; payment; penalty; non-compete
feedback: our app reviews; these tweets; the survey answers; the support tickets; customer comments; the Amazon reviews of our product; the product reviews; employee feedback; the call transcripts
an_product: the new update; our delivery; the redesign; the hotel; the course
flag: risky clauses; spelling errors; unsupported claims; inconsistent numbers; bias; accessibility issues; broken links; missing signatures
perf: loading speed; backlinks; keyword ranking; mobile score; bounce rate
audit: our website; the landing page; this spreadsheet; the code base; my resume
image_an: this X-ray; the attached photo; the screenshot; this chart; the floor plan image; the satellite picture; this meme; image_204.png
image_what: what is wrong; the main objects; the layout of the rooms; what the graph shows; the text and colours; how many people there are
blueprint: architect's plan; wiring plan; site map; seating plan; circuit diagram photo
self_data: sleep data; running log; screen time; heart rate; spending; study hours; chess games
money_data: my bank statement; the expense sheet; the credit card export; last year's transactions
portfolio: investment portfolio; stock portfolio; retirement account; crypto holdings
game_an: chess game in PGN; last match replay; poker session; Dota match
puzzle_an: kakuro grid; crossword answers; proof; tax calculation sheet
code_an: this repository; the slow endpoint; build.log; the query plan
log_an: the error logs; our incident reports; the crash dumps; the access log; the machine failures
candidates_an: resumes; applications; proposals; essays; suppliers
criteria: the job description; our rubric; cost and quality; the selection criteria
rank_what: our stores; the campaigns; these products; our suppliers; the schools
period_r: weekly; monthly; quarterly; year-end
competitor: last year; our competitors; the industry average; the other branch
company_a: our bakery chain; the startup; Acme; a mid-size hotel group
upload_ask: What are the key findings?; Can you summarise it?; Tell me the main points.; What does it say about costs?; Evaluate the argument.; List the open questions.
data_ask: Which products should we drop?; What stands out?; Chart it by month.; Run the usual statistics.; Are there errors in it?; Explain the trend.
doc_link: the video; our privacy policy; a long article; the earnings call; the study; a recorded webinar
""")

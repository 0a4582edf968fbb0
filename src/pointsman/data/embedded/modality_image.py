"""Text that asks for an image: requests in sentences, bare generator prompts, and plain captions.

`PATTERNS` holds one template a line; `FILLERS` the words of its slots. Knows nothing of the other labels.
"""

from __future__ import annotations

PATTERNS = """
{draw} {me|us|my kid} {a_thing}
{draw} {a_thing} {doing} {where}
{draw} {me|} a {medium} of {a_thing} {where}
{please|pls|} generate an image of {a_thing} {doing}
generate {a picture|an image|a photo|some art} of {a_thing} {where}
Generate a {adj_img} {medium} showing {a_thing} {doing} {where}.
Create an image of {a_thing} with {a_detail}.
create a {adj_img} image: {a_thing}, {light}, {style}
Create a {logo_kind} for {business}, {logo_style}.
Design a {logo_kind} for {business} using {colour} and {colour}.
I need a {logo_kind} for {business}, {logo_style}
make me a {logo_kind} for my {business}
Make a picture of {a_thing} wearing {clothes}.
make an image where {a_thing} is {doing}
make a {medium} of {a_thing} please
{can_you} {draw_v} {a_thing} for me?
{can_you} {draw_v} a {adj_img} {medium} of {a_scene}?
{can_you} make me a picture of {a_thing} {doing}?
{can_you} generate a {size} wallpaper of {a_scene}?
I want {a picture|an illustration|a photo|a drawing} of {a_thing} {where}.
I'd like to see {a_thing} {doing}, as a {medium}.
I'd love {an image|a painting} of {a_scene} in {style} style.
I need an illustration of {a_thing} for {use}.
Need {a photo|an image|artwork} of {a_scene} for {use}, {light}
Render {a_thing} {where} in {render_style}.
Render a {material} {object} on {surface}, {light}
Show me {a picture|an image|a photo} of {a_thing} {doing}.
show me what {a_thing} {doing} would look like as a {medium}
Paint {a_thing} in the style of {artist}.
Paint {me|us|} a {season} landscape with {a_detail}.
Paint a portrait of {a_person} wearing {clothes}.
Sketch {a_thing} in {pencil}.
Sketch {a_person} {sitting} {where}
Illustrate {a_scene} for {use}.
Illustrate a {adj_img} {animal} {doing}, {style} style
Produce a photorealistic image of {a_thing} {where}, {light}.
Produce cover art for {use_album}.
Design a poster for {event} with {a_detail}.
Design a book cover with {a_thing} and {a_detail}.
Design a T-shirt print of {a_thing} {doing}.
Design a tattoo of {a_thing} in {style} style.
make a tattoo design: {animal} with {a_detail}, {pencil}
Create an album cover showing {a_scene}, {style}.
Create a profile picture of {a_person}, {style} style.
create an avatar for my {gaming|discord|work} profile, {a_person} with {a_detail}
Create a {style} icon of {object} on a {colour} background.
Create a seamless pattern of {objects} and {objects} in {colour}.
Create a banner image for {use_web} featuring {a_scene}.
Create a coloring page of {a_thing} {doing}.
Create a meme picture of {animal_a} {doing}
Create concept art of {place_fantasy}.
concept art of {place_fantasy}, {tags3}
I want a mascot for {business}: {animal_a} {sitting} with {a_detail}
photo of {a_thing} please
picture of {a_thing} {doing}
image of {a_scene}
a pic of {animal_a} wearing {clothes}
give me {an image|a pic|a drawing} of {a_thing} {where}
Give me a {style} {medium} of {a_scene}, no text
/imagine {a_thing} {where}, {style}, {light} {flag}
/imagine prompt: {a_scene}, {tags3} {flag}
imagine {a_thing} {doing}, {tags3} {flag}
Turn {a_thing} into a {style} {medium}.
Visualize {a_scene} as a {medium}.
Draw a cartoon of {a_person} arguing with {a_person}.
Draw a comic strip panel: {a_thing} {doing} while {a_thing} watches
Draw a map of an imaginary {island|kingdom|planet|city} with {a_detail}.
Draw an anime girl with {colour} hair and {clothes}.
draw something cute for {use}
Draw my {pet} as {a_job_fantasy}.
Picture of my {pet} as {a_job_fantasy}, {style}
Generate pixel art of {a_thing}, 32x32 sprite.
Generate a sticker of {animal_a} {doing}, white border
Generate four variations of {a_thing} in {style} style
Generate a stock photo of {a_person} {using_tech} in {a_room}.
Generate a product photo of {a_product} on {surface}.
product photography of {a_product} on {surface}, {light}, {lens}
{a_product}, studio shot, {light}, white background, commercial photography
Generate a floor-to-ceiling mural of {a_scene}.
Generate an isometric {medium} of {a_room}.
isometric {a_room}, {tags3}
{a_thing}, {style}, {light}, {tags3}
{a_thing} {where}, {tags5}
{a_thing} {doing}, {tags3}
{a_thing} {doing} {where}, {tags5}
{a_thing} with {a_detail}, {tags5}
{adj_img} {a_scene_bare}, {tags3}
{a_scene}, {tags5}
{a_scene}, by {artist}, {tags3}
{a_scene}, by {artist} and {artist}, {tags5}
{a_scene} in the style of {artist} and {artist}
{medium} of {a_scene}, {light}
{medium} of {a_person} by {artist}
a {medium} of {a_thing} by {artist}, {tags3}
a {adj_img} {medium} of {a_thing} {where}
a {adj_img} {medium} of {a_scene}, {tags5}
portrait of {a_person}, {face}, {light}, {tags3}
portrait of {a_person} with {a_detail}, {tags5}, art by {artist}
closeup portrait of {a_person}, {lens}, {light}
close - up portrait of {a_person} wearing {clothes}, {tags3}
full body portrait of {a_person}, wearing {clothes}, {face}, {tags3}
character design of {a_person}, {clothes}, {tags3}
character sheet, {a_person}, {a_person}, turnaround, {style}
beautiful {a_person_bare}, {face}, {clothes}, {tags5}
handsome {a_person_bare}, {clothes}, {tags3}, painted by {artist}
{film} photograph of {a_person} {sitting} {where}
{film} photo of {a_scene}, {lens}, grainy
{film}, {a_scene}, {light}, {lens}
cinematic still of {a_thing} {doing}, {light}, {lens}
movie still of {a_person} {doing_h}, {film}, {light}
screenshot from a {game_kind} game, {a_scene}
poster for a {film_kind} movie about {a_thing}
vintage {poster_kind} poster of {a_place}
{a_place} in {style} style
{a_place} at {time_day}, {light}, {lens}
{a_place} after {disaster}, {tags3}
{place_fantasy}, {tags5}
{place_fantasy} at {time_day}, {light}, {style}
inside {place_fantasy}, {tags3}, by {artist}
{celeb} as {a_job_fantasy}
{celeb} as {a_job_fantasy}, {tags3}
{celeb} {doing_h} {where}
{celeb} {doing_h}, {style}, {tags3}
{celeb} and {celeb} {doing_h}, {film} photo
{celeb} made of {material}
{animal} wearing {clothes}, {style}
{animal} {doing_h}, {tags3}
cute {animal} {doing}, {style}, {tags3}
a cute baby {animal} {sitting}, {render_style}
hybrid of {animal_a} and {animal_a}
half {animal} half {animal}, {tags3}
{animal} made out of {material}, {light}
{animal} made of {objects}, {tags5}
{a_thing} made of {material}
{animal} mecha, {tags5}
{a_monster}, {tags5}
{a_monster} {where}, {light}, {tags3}
{a_monster} by {artist}, {style}
{a_monster} emerging from {a_place_bare}, {tags5}
{a_monster} fighting {a_person}, {tags3}
battle between {a_monster} and {a_monster}, {light}
{abstract}, {tags3}
{abstract} in {colour} and {colour}
{abstract} by {artist}
{abstract}, {style}, {style}, {light}
the {abstract_n} of {abstract_n}, {style} painting
{abstract_n}, {tags5}
album art, {abstract}, {colour} {colour} palette
{food} on {surface}, food photography, {light}, {lens}
delicious {food}, {light}, {lens}
{food} in the shape of {animal_a}
{vehicle} {where}, {tags3}
{vehicle} driving through {a_place_bare}, {light}
futuristic {vehicle}, {tags5}
a {colour} {vehicle} parked {where}
interior design of {a_room}, {style}, {light}
{a_room}, {style} interior, {tags3}, architectural digest
modern house with {a_detail}, {a_place_bare}, architectural render, {light}
architecture photo of {building} made of {material}, {light}
knolling layout of {objects}, {light}
macro photo of {bug_or_plant}, {lens}, {light}
macro shot, {bug_or_plant}, dew drops, bokeh
aerial drone shot of {a_place}, {time_day}
satellite view of {a_place_bare}
double exposure of {a_person} and {a_place_bare}
silhouette of {a_thing} against {a_sky}
{a_sky} over {a_place_bare}, {style}
{pencil} of {a_thing}
{pencil}, {a_person}, {face}
line art of {a_thing}, black and white, minimal
logo of {animal_a}, {logo_style}
{logo_kind} for {business}, {logo_style}
flat vector illustration of {a_person} {using_tech}
tarot card of {abstract_n}, {style}
fashion photoshoot of {a_person} in {clothes}, {where}, {film}
fashion editorial, {a_person}, {clothes}, {lens}
low poly {animal}, {colour} background
claymation {animal} {doing}
papercraft {a_scene_bare}, {light}
lego {a_place_bare} with {a_detail}
stained glass window of {a_thing}
needle felted {animal} {sitting}
{a_thing} as a {style} painting
what if {celeb} was {a_job_fantasy}, {tags3}
{season} {a_place_bare}, {tags3}, trending
woman with {colour} hair, {face}, {clothes}, {tags3}
1girl, {colour} hair, {clothes}, {a_place_bare}, {style}, masterpiece, best quality
man with {a_detail}, {face}, {film}
old {a_person_bare} {sitting} {where}, {film}, {light}
{a_scene} --ar {ratio} --v {version}
{a_thing} {doing} {flag}
a photo of {animal_a} {where}
a close photo of {object_a}
a photo of {num} {animals}
a photo of {num} {objects}
a photo of a {size_a} {colour} {object}
a photo of a {colour} {object} and a {colour} {object}
a photo of {object_a} and {animal_a}
a photo of {object_a} {spatial} {object_a}
a photo of {animal_a} {spatial} {object_a}
{animal_a} {spatial} {object_a}
{object_a} {spatial} {object_a}
{object_a} {spatial} {animal_a}
a {human} {spatial} {animal_a}
{animal_a} {spatial} a {human}
a {colour} {object} and a {colour} {object}
a {colour} {animal} and a {colour} {object}
a {texture} {object} and a {texture} {object}
a {texture} {object} and a {texture} {animal} {spatial} it
a {shape} {object} and a {shape} {object}
a {size_a} {object} and a {size_a} {object}
a {size_a} {animal} and a {size_a} {object}
{num} {animals}
{num} {objects}
{num} {animals} and {num} {objects}
{num} {objects}, {num} {objects} and {num} {animals}
{num} {objects} and one {human} in {a_room}
{num} {humans} and {num} {animals} {where}
The {colour} {object} {rest_v} {surface}.
The {texture} {object} {rest_v} the {texture} {object}.
The {texture} {object} and the {colour} {object} {were_on} {surface}.
The {shape} {object} {rest_v} the {shape} {object}.
The {adj_plain} {animal} {anim_v} {where}.
The {adj_plain} {plant} {contrast} the {adj_plain} {ground}.
The {adj_plain} {plant} {swayed} {where}.
The {colour} {sky_n} {sky_v} the {adj_plain} {ground}.
The {adj_plain} {food} was served on a {texture} {plate}.
A {human} is {human_act} {where}.
A {human} is {human_act}.
A {human} is {human_act} with {object_a}.
The {human} is {human_act} while {animal_a} watches.
Two {humans} are {human_act} {where}.
A group of {humans} are {human_act} {where}.
A {human} in {clothes} {stands} {where}.
A {human} holding {object_a} next to {object_a}.
A {human} and {animal_a} {sitting} {where}.
{num_c} {animals} {standing} {where}.
A {colour} {vehicle} {parked} {where}.
A {vehicle} {driving} past {building}.
A {colour} and {colour} {animal} {standing} {where}.
A {room_n} with {object_a}, {object_a} and {object_a}.
A {table} topped with {food} and {object_a}.
A close up of {food} on a {plate}.
A view of {a_place_bare} at {time_day}.
{a_scene}
{a_thing} {doing}
{a_thing} {where}
{a_thing} and {a_thing} {sitting} {where}
{a_person} {sitting} {where}
{a_monster} {doing_h}
{place_fantasy}
{building} on {ground_a}
{a_thing} wearing {clothes}
{food} next to {object_a}
several {objects} scattered on {surface}
an empty {a_room_bare} with {a_detail}
a sign that says "{sign}" {where}
a {texture} {object} inside a {texture} {object}
{a_thing} looking at {a_thing} through a window
The whole scene shows {a_scene}. In the foreground there is {object_a}, behind it {a_thing} {doing}. {light_c}.
{a_scene_c}. {light_c}. The mood is {mood}, with {a_detail} in the background.
{a_scene_c} with {a_detail}. Shot on {lens}, {light}.
A {human} is {act2}, {act_tail}.
A {human} is {act2} and {act_and}.
A {human} is {human_act} and {act_and}.
The {human} is {act2} {where2}.
The {human} {act_past}, {act_tail}.
A {human} {act_past} {where2}.
{num_c} {humans} are {act2} {where2}, {act_tail}.
A {human} is holding {object_a} and {act2}.
A {human} is teaching a {human} to {teach}.
A {animal} is {animal_act} and {animal_act}.
A {animal} is {animal_act} {where2}.
The {animal} {animal_past} {where2}.
A {human_role} is {role_act}.
The {human_role} is {role_act}, {act_tail}.
a {human_role} {role_act}
The {texture} {object} and {texture} {object} hold the {texture} {object} in place.
The {texture} {object} hits the {texture} {object} and the {texture} {object}.
The {adj_plain} {food} melted on the {adj_plain} {plate}.
The {shape} {object} was hung above the {colour} {object}.
The {shape} {object} with its {shape} handle stood in the {shape} {room_n}.
The {adj_plain}, {adj_plain} waters of the {water} {water_v}, {act_tail_thing}.
The {adj_plain} {plant} and the {adj_plain} {plant} {swayed}.
The {adj_plain} {animal} and the {adj_plain} {human} {sat_together} {where2}.
{num} {objects} and {num} {humans} filled the {room_n}
{num} {animals}, {num} {objects}, {num} {objects} and a {object}
{num} {objects} rested on {num} {objects} {where}
a {texture} {object} and {texture} {objects}
a {shape} {object} with a {shape} {object} on it
a {size_a} tree and a {size_a} {plant}
{celeb2}
{celeb2} {doing_h}
{celeb2} as {a_job_fantasy}
{celeb2} as {celeb}
{celeb2} in {film_world}
{celeb} in {film_world}
a film still of {celeb2} in {film_world}
{celeb2} and {celeb2} {doing_h} in {a_place_bare}
{celeb2} {doing_h} at a fast food restaurant, {film}
{celeb2}, by {artist}
{celeb2} in a children's book illustration
{flag_n}
{big_event}
{big_event}, {style}
{big_event} by {artist}
{odd_object}
{odd_object}, {film}
{a_thing} that is also {object_a}
{food} growing on a tree
{num} consistent frames of an animation showing {celeb} {doing_h}
a very simple {medium} of {object_a}
{simple_adj} {medium}
{plant}, aesthetic, {medium}, {colour}
{animal}, {colour}, {texture}
{abstract_n} and {abstract_n}, tarot, {objects}, {animal}
{a_place_bare} photography, {light}, {tag}, {tag}
landscape photography, {a_place}, {season}, {light}, {film}
{a_person_bare}, {a_place}, {mood}, {face}, by {artist}
{material} {animal}, {surface}, {film}
asset sheet, {a_thing}, ( {artist} ) ( {tag}, {tag} ), {medium} on canvas
black and white photograph of {a_person} with {face}, {clothes}
A {human2} is {act3}.
The {human2} is {act3}.
A {human2} is {act3}, {act_tail}.
A {human2} is {act3} {where2}.
The {human2} {past3}, {tail3}.
The {human2} {past3}.
A {human2} is {act3} while {animal_a} {sits_by}.
A {human2} is holding {object_a} and {act3}.
A {human2} is talking to {human2_a} about {talk_about}.
A {human2} is speaking with {human2_a} {where2}.
A group of {humans2} is {act3} {where2}.
{num_c} {humans2} are {act3}.
A {human2} and {human2_a} are {act3} {where2}.
A {animal} is playing with {object_a} {where2}.
one {object} and {num} {objects}
{num} {humans}
{num} {objects} and {num} {objects}
{num} {animals} {herd_past} in the {herd_where}
a {size_a} {object} and a {size_a} {building_n} dominated the skyline
The {shape} {object} and the {shape} {object} were seen from the {room_n}.
by {artist}
art by {artist} and {artist}. {tag}, {a_room_bare}, {tag}
{abstract_n}, {light}, {tag}, establishing shot, {tag}, {tag}
{game_kind} game board, {game_kind} card art, {tag}
website mockup for {business}, {colour} theme
pages from an ancient book of {abstract_n}
a desolate {a_place_bare}
a huge abandoned {a_room_bare}
my {abstract_n}
the {mood} of {abstract_n}
big {material} {object}, {lens}, {tag}, {tag}
hard edges, {medium}, shapes, {colour}, {style}
{celeb2} telling a joke, {film}
{a_room_bare}, glass walls, {light}, trees, {plant}, {mood}
{celeb}
{num} {objects} {spatial} {num} {animals}
one {animal} and one {object}
a {shape} {dish_n} and a {shape} {dish_n}
The {colour} {object} was mounted on the {colour} wall.
The {texture} {tool_n} and the {texture} {object} keep the {texture} {object} in order.
A {human2} is speaking to {human2_a} about {talk_about}.
A {human2} is {speak_act} in front of {audience_n}.
A couple is {couple_act}.
A couple is {couple_act}, {act_tail}.
A family is {couple_act} {where2}.
The {human2} is {think_act}.
{food} as {animals}
{food} sprouting from a {vehicle}
{big_thing} as {big_thing2}
{a_room_bare} in {place_fantasy}, god rays, {tags3}
harbour city, {mood}, {tags5}
a medieval town, tall towers, {tags5}
garden road, {a_detail}, {animals}, {tags5}
space station orbit, {abstract_n}, {style}, {tag}, film
Нарисуй {ru_img}
画一张{zh_img}
Dibuja {es_img}
dessine-moi {fr_img}
Erstelle ein Bild von {de_img}
"""

FILLERS: dict[str, tuple[str, ...]] = {}


def _add(block: str) -> None:
    """Read `name: filler; filler; …` lines into `FILLERS`."""
    for line in block.strip().splitlines():
        name, _, words = line.partition(":")
        FILLERS[name.strip()] = tuple(w.strip() for w in words.split(";"))


_add("""
draw: Draw; draw; Please draw; Could you draw; Paint; sketch; Can you draw; Doodle; I want you to draw
draw_v: draw; paint; sketch; render; illustrate; generate; create; design
can_you: Can you; Could you; can u; Would you; Could you please; Are you able to; Hey, can you
adj_img: beautiful; detailed; realistic; whimsical; dark; colourful; dreamy; minimalist; surreal; moody; epic; gritty; adorable; haunting; majestic; vibrant; ethereal; hyperrealistic; gloomy
medium: oil painting; watercolor; digital painting; photo; photograph; pencil sketch; 3D render; cartoon; comic panel; illustration; ink drawing; pastel drawing; mural; woodcut; collage; charcoal drawing; portrait; vector drawing; pixel art sprite; poster; gouache painting; linocut print
style: art nouveau; art deco; cyberpunk; steampunk; vaporwave; anime; manga; impressionist; cubist; baroque; ukiyo-e; pop art; gothic; low poly; minimalist; pixel art; watercolor; noir; fantasy; surrealism; children's book; comic book; isometric; retro futurism; film noir; scandinavian; bauhaus; studio ghibli; pixar; dieselpunk; solarpunk; rococo; line art; tim burton; graffiti; synthwave; wes anderson
artist: van gogh; claude monet; hokusai; caravaggio; rembrandt; salvador dali; alphonse mucha; gustav klimt; hieronymus bosch; rené magritte; edward hopper; egon schiele; john singer sargent; ivan aivazovsky; ivan shishkin; gustave doré; william turner; william morris; frida kahlo; pablo picasso; edvard munch; hr giger; zdzisław beksiński; moebius; norman rockwell; artemisia gentileschi; vermeer; paul klee; kandinsky; arthur rackham; utagawa kuniyoshi; jan van eyck; albrecht dürer; mc escher; georgia o'keeffe; caspar david friedrich; ansel adams; dorothea lange; a master illustrator; a famous concept artist
light: golden hour; soft light; dramatic lighting; volumetric lighting; rim lighting; neon lights; candlelight; studio lighting; backlit; moonlight; god rays; harsh shadows; foggy morning light; cinematic lighting; chiaroscuro; overcast; warm sunset glow; bioluminescent glow; low key lighting; natural window light
light_c: Soft morning light falls from the left; Warm light spills over everything; Neon reflections shimmer on the wet ground; The light is cold and blue; Long shadows stretch across the floor; Sunlight filters through dust; Everything is lit by a single lamp; The sky is a deep orange
lens: 35mm; 50mm lens; 85mm f1.4; wide angle; fisheye lens; shallow depth of field; bokeh; macro lens; telephoto; tilt shift; a medium format camera; iso 400; long exposure; dslr; anamorphic lens
film: polaroid; 35mm film; black and white; kodak portra 400; vintage 1970s; wet plate; daguerreotype; grainy cctv; sepia; disposable camera; candid; award winning; cinematic; national geographic; kodachrome; 1 9 8 0 s
tag: highly detailed; 4k; 8k; 8 k; intricate; sharp focus; trending on artstation; octane render; unreal engine 5; masterpiece; digital art; concept art; matte painting; smooth; elegant; hyperrealistic; ultra realistic; vivid colors; muted colors; cinematic; symmetrical; dynamic pose; dark fantasy; sci-fi; photorealistic; hdr; vray; award winning; studio lighting; volumetric fog; illustration; artstation hq; deviantart; pinterest; wide shot; close up; centered; full body; dramatic; moody; atmospheric; gloomy; ornate; cgsociety; global illumination; ray tracing; subsurface scattering; detailed face; flat colors; pastel palette; high contrast; film grain; rule of thirds; epic composition; hand drawn; trending; behance; golden ratio; no people; hyper detail; super detailed; d & d; rpg portrait; fantasy; soft edges; thick brush strokes; impasto; insanely detailed; zoomed out; bold outlines; gloss
tags3: {tag}, {tag}, {tag}; {style}, {tag}, {tag}; {tag}, {light}, {tag}; {tag}, {tag}; {tag} {tag} {tag}; {medium}, {tag}, {tag}
tags5: {tag}, {tag}, {tag}, {tag}, {tag}; {style}, {tag}, {tag}, {light}, {tag}; {medium}, {tag}, {tag}, by {artist}, {tag}; {tag}, {tag}, art by {artist} and {artist}, {tag}; {light}, {lens}, {tag}, {tag}; {tag}. {tag}. {tag}. {tag}; {tags3}, {tags3}
flag: --ar 16:9; --ar 9:16 --stylize 250; --v 5; --ar 3:2 --q 2; --niji; --no text; --tile; --ar 1:1 --chaos 20; --seed 42
ratio: 16:9; 2:3; 4:5; 21:9; 1:1; 9:16
version: 4; 5.1; 6
size: 4k; desktop; phone; 1920x1080; ultrawide; vertical
mood: melancholic; joyful; tense; peaceful; mysterious; nostalgic; eerie; triumphant
colour: red; blue; green; yellow; purple; orange; pink; brown; black; white; gold; silver; turquoise; crimson; beige; teal; gray; lavender; navy
texture: wooden; metallic; plastic; fluffy; glass; leather; rubber; fabric; rough; smooth; furry; ceramic; woolen; velvet; rusty; shiny; stone; paper; soft; transparent
shape: round; square; oval; triangular; conical; spherical; rectangular; cubic; cylindrical; pentagonal; oblong; teardrop; diamond; pyramidal; circular; hexagonal; crescent; heart-shaped
size_a: big; small; tall; short; tiny; huge; long; wide; narrow; miniature; giant; thin
num: two; three; four; five; six; seven; eight; nine; a dozen
num_c: Two; Three; Four; Several; A pair of; A few; Some; Five
spatial: to the left of; to the right of; on top of; under; below; above; behind; in front of; next to; near; beside; on the left of; on the right of; on the top of; on the bottom of; on side of; hidden by; inside; beneath; leaning against
animal: cat; dog; fox; owl; bear; elephant; rabbit; horse; turtle; penguin; tiger; frog; raven; wolf; giraffe; hedgehog; octopus; zebra; sheep; duck; parrot; corgi; raccoon; goldfish; llama; koala; dragonfly; lion; capybara; squirrel; cow; whale; bee; butterfly; chicken; mouse; pig; axolotl; crab; snail
animals: cats; dogs; foxes; owls; bears; elephants; rabbits; horses; penguins; zebras; sheep; ducks; birds; frogs; giraffes; goldfish; cows; mice; butterflies; pigs; chickens; swans; wolves; seals; goats; monkeys
animal_a: a cat; a dog; a fox; an owl; a bear; an elephant; a rabbit; a horse; a turtle; a penguin; a tiger; a frog; a raven; a wolf; a giraffe; an octopus; a zebra; a sheep; a duck; a corgi; a raccoon; a llama; a lion; a squirrel; a bird; a cow; a mouse; a butterfly; a chicken; a pig; a fish; a goat; a monkey; a bee
object: apple; cup; chair; book; vase; clock; backpack; lamp; umbrella; suitcase; guitar; bicycle; bench; bottle; phone; key; balloon; candle; hat; teapot; basket; mirror; pillow; laptop; toothbrush; spoon; wallet; carrot; banana; skateboard; kite; couch; desk; bowl; box; train; car; cake; shoe; blanket; orange; sandwich; scissors; tie; pencil; necklace; rug; door; watch; dress; table; camera; drum; tv; fork; sink; refrigerator; broccoli; plate; shirt; pot; ring; ladder; jar; sponge; tire
object_a: an apple; a cup; a chair; a book; a vase; a clock; a backpack; a lamp; an umbrella; a suitcase; a guitar; a bicycle; a bench; a bottle; a phone; a key; a balloon; a candle; a hat; a teapot; a basket; a mirror; a laptop; a toothbrush; a wallet; a carrot; a banana; a skateboard; a couch; a desk; a bowl; a train; a car; a cake; a shoe; an orange; a sandwich; a tie; a television; a microwave; a fire hydrant; a traffic light; a surfboard; a potted plant; a wine glass; a stop sign; a tennis racket; a hair dryer; a parking meter; a pizza; a snowboard; a bus; a piano; a sofa; a painting; a motorcycle; a boat; a truck; a pan; a rug; a donut
objects: apples; cups; chairs; books; vases; clocks; lamps; umbrellas; guitars; bicycles; bottles; balloons; candles; hats; teapots; keys; mushrooms; flowers; lemons; pencils; shells; cars; kites; benches; pizzas; suitcases; trains; bowls; cakes; boats; knives; desks; couches; trucks; oranges; handbags; microwaves; pears; drums; scarves; bananas
human: man; woman; boy; girl; child; chef; student; farmer; nurse; dancer; grandmother; cyclist; artist; firefighter; couple; musician; person; teenager; fisherman; baker; skier; gardener; father; tourist; photographer; surfer; soldier; teacher; worker; athlete; mother; monk
humans: men; women; boys; girls; children; students; friends; dancers; hikers; musicians; tourists; people; farmers; workers; soccer players; kids; nuns; surfers
human_act: reading a book; riding a bike; playing chess; cooking dinner; watering plants; looking out of the window; taking a photo; walking in the rain; feeding ducks; climbing a wall; painting a fence; blowing out candles; flying a kite; dancing; playing the violin; rowing a boat; picking apples; sweeping the floor; building a snowman; sleeping in a hammock; pushing a stroller; fishing; roasting marshmallows; stretching; juggling; carrying groceries; kneading dough; skipping stones; arranging flowers; lifting weights; drinking coffee; pouring tea; playing cards; waiting for a train; doing a handstand; chopping vegetables; wrapping a present; swimming; petting a cat; hiking up a mountain; sketching; laughing together; cheering at a match; browsing a market stall; hanging laundry; brushing their teeth; stargazing; working on a laptop; washing a car; trying on shoes; practicing yoga; writing in a notebook; shopping for vegetables; singing on stage; admiring the view; sewing a quilt; catching a ball; making pottery
a_person: a samurai; an old fisherman; a young woman; a knight; a witch; a cyberpunk hacker; an astronaut; a pirate captain; a viking; an elf ranger; a ballerina; a boy with freckles; a jazz singer; a queen; a wizard; a plague doctor; a robot butler; a geisha; a cowboy; a druid; a nun; a boxer; a mermaid; a medieval peasant; a punk girl; a bearded lumberjack; a vampire countess; a paladin; a space marine; an android woman; a dwarf blacksmith; a shaman; a fairy; a masked assassin; a grandmother; a goblin merchant; a sorceress; a bald monk; a marble statue; a deep sea diver
a_person_bare: warrior woman; elven prince; young man; cyborg; redhead girl; astronaut; priestess; detective; swordsman; princess; fisherman; sailor; sorcerer; barbarian; dancer; farmer; gothic girl; nomad; goddess; android
a_job_fantasy: a knight; a pirate; a renaissance nobleman; an astronaut; a wizard; a superhero; a samurai; a pastry chef; a 1920s gangster; a greek god; a cowboy; a vampire; a sith lord; a disco dancer; a king; a marble bust; a jedi; a cyberpunk detective; a fast food worker; a clown; a boxer; a mermaid; a lego figure; a muppet; a zombie; a barbarian; an anime character
celeb: abraham lincoln; albert einstein; shakespeare; cleopatra; batman; shrek; godzilla; pikachu; super mario; darth vader; gandalf; the mona lisa; napoleon; mickey mouse; spiderman; winnie the pooh; sherlock holmes; santa claus; dracula; queen victoria; yoda; kermit the frog; the statue of liberty; george washington; sonic the hedgehog; jesus; homer simpson; a famous actor; a pop star; the joker; walter white; the pope; the president; thanos; frankenstein; garfield; hello kitty; julius caesar; marie curie; goku
a_monster: a fire dragon; a cosmic horror; a forest spirit; a giant robot; a skeleton king; a swamp creature; an eldritch god; a werewolf; a ghost bride; a demon; a kraken; a stone golem; a mushroom creature; an alien queen; a lich; a hydra; a zombie horde; a biomechanical spider; a phoenix; a cyclops; a celestial angel; an undead knight; a tentacled beast; a plant monster; a slime; an ice giant; a minotaur; a chaos demon
a_thing: {animal_a}; {animal_a}; {a_person}; {a_person}; {a_monster}; a {colour} {object}; {vehicle_a}; a {adj_plain} {animal}; a {texture} {animal}; {a_job_fantasy}; a {human}; a robot; {building}; a {colour} {animal}; two {animals}
a_scene: a {season} forest with {a_detail}; a busy street market in {city}; {a_place} at {time_day}; {a_thing} {where}; a lighthouse in a storm; a cozy cabin in the snow; a city skyline reflected in a lake; an abandoned amusement park; a spaceship landing on an alien planet; a tea party in a garden; a train crossing a stone bridge; a harbor full of sailing boats; children playing in a fountain; a library with endless shelves; a desert with {a_detail}; {place_fantasy}; a dinner table seen from above; a rainy window with {a_detail}; two lovers under an umbrella; a whale floating above {city}; a field of sunflowers under {a_sky}; a dark hallway lit by {light}; a kitchen in chaos; an underwater city; {a_monster} towering over {city}; a quiet village square; a medieval battle; {a_person} {sitting} {where}; rows of {objects} on shelves; a road leading to {a_place}; {num} {animals} around a campfire; a tiny world inside a glass jar
a_scene_c: A {human} {stands} {where}, {human_act}; A narrow alley in {city} after the rain; {num_c} {animals} gather around a small fire; A {colour} {vehicle} waits at an empty crossing; A wooden table holds {food}, a candle and {object_a}; A vast valley opens below a ruined tower; An old {human} sits by the window with {animal_a}; A {texture} {animal} floats among the stars
a_scene_bare: winter forest; harbor town; mountain village; ruined cathedral; jungle temple; snowy street; kitchen counter; galaxy; rooftop garden; canyon; alien desert; lighthouse; coral reef; bamboo grove; train station; marketplace
a_place: mount fuji; the eiffel tower; venice; a fishing village; new york; a swamp; the grand canyon; a norwegian fjord; an old subway station; tokyo; a wheat field; times square; a castle on a cliff; a desert oasis; an icelandic beach; a rice terrace; london; a moon base; ancient rome; an abandoned mall; the amazon rainforest; prague; a suburban street; a gas station
a_place_bare: a mountain lake; the desert; a foggy forest; a ruined city; the ocean; a snowy village; a canyon; a tropical beach; a meadow; an empty highway; a bamboo forest; a cliff; a vineyard; the jungle; an industrial city; a glacier; a cemetery; a cave; a river delta; a lavender field
place_fantasy: a floating castle; a crystal cave; an elven city in the trees; a steampunk airship dock; a giant mushroom forest; a mars colony; a dwarven hall; a portal to another dimension; a cyberpunk alley; a temple overgrown with vines; a city built on a turtle's back; a dyson sphere; an underwater palace; a haunted mansion; a wizard's library; a candy kingdom; a post-apocalyptic city; a cathedral made of bones; a solarpunk village; a megastructure above the clouds; an orbital station; a gothic fortress; an ancient alien ruin; a bioluminescent swamp
city: paris; tokyo; istanbul; havana; cairo; lisbon; new york; mumbai; venice; kyoto; berlin; marrakech; hong kong; san francisco; edinburgh
where: on a beach; in a field of flowers; under a bridge; in a snowy forest; on the moon; in a cafe; in the rain; on a rooftop; at a bus stop; in a library; on a mountain top; in a busy street; by a campfire; in a kitchen; in space; at sunset; in an old train; next to a waterfall; in a swamp; on a wooden table; in a neon city; in a garden; at the supermarket; underwater; in a desert; on the street; in the park; at a bakery; in the snow; in front of a church; on a boat; by the lake; in a bathtub; in a museum; on a dirt road
doing: riding a bicycle; playing the piano; eating ramen; dancing; reading a newspaper; flying a kite; surfing a wave; sleeping on a cloud; cooking pancakes; chasing butterflies; playing chess; driving a tiny car; skateboarding; drinking tea; painting a picture; fishing; looking at the stars; wearing sunglasses; juggling oranges; floating in space; building a sandcastle; running through a field; holding a lantern; conducting an orchestra; jumping over a fence; taking a selfie; singing karaoke
doing_h: eating a burger; riding a dinosaur; playing poker; dancing in a nightclub; at the gym; skateboarding; eating spaghetti; fighting robots; working at a gas station; holding a puppy; on the moon; drinking beer; doing laundry; surfing; in a bubble bath; playing guitar; shopping at walmart; driving a convertible; in handcuffs; blowing a bubble; smoking a pipe; knitting; bowling; eating ice cream; crying; laughing
sitting: sitting; standing; sleeping; resting; waiting; posing; dancing; kneeling; walking; hiding; meditating; smiling
stands: stands; sits; waits; dances; poses; kneels; is walking; is sleeping; looks around
standing: standing; sitting; grazing; sleeping; running; walking; playing; resting; lying
parked: parked; driving; waiting; rusting; speeding; stopped
driving: driving; racing; rolling; speeding; flying
rest_v: rests on; stands on; sits on; lay on; leaned against; was placed on; is lying beside; stood next to; sat beside; hung above; is stacked on
were_on: were on; lay on; are arranged on; stood side by side on; rest on; are scattered over
surface: the wooden table; a marble counter; the floor; the shelf; a white tablecloth; the windowsill; a mossy stone; the desk; a velvet cushion; the grass; a rustic board; a concrete block
adj_plain: tiny; fluffy; shiny; old; striped; sleepy; rough; bright; wild; smooth; golden; dusty; wet; spotted; delicate; majestic; crooked; frosty; glossy; tall; soft; dark; curious; muddy; gnarled
anim_v: slept; perched; was running; curled up; waited patiently; stretched; drank water; was hiding; climbed; leapt
plant: roses; sunflower; oak tree; ivy; ferns; cactus; tulips; pine trees; moss; maple leaves; vines; wildflowers; bark; petals; bamboo
contrast: stood out against; contrasted with; grew beside; covered; rose above; curled around; fell onto
swayed: swayed in the wind; bloomed; glistened with dew; glowed; stretched upwards; cast long shadows
ground: sand; rocks; soil; meadow; pavement; brick wall; fence; snow; path; river bank; hillside; pond; lawn
ground_a: a hill; a cliff; an island; a frozen lake; a busy corner; the edge of a forest
sky_n: sky; sun; moon; clouds; sunset; rainbow; mist
sky_v: hung over; stretched above; cast a glow on; lit up; faded behind; reflected in
a_sky: a stormy sky; the northern lights; a huge full moon; a pink sunset; a starry sky; two suns; dramatic clouds; a meteor shower
plate: plate; tray; board; platter; dish
food: a stack of pancakes; ramen; a chocolate cake; sushi; a burger; a bowl of soup; strawberries; croissants; a pizza; roasted vegetables; dumplings; a fruit salad; fried eggs; tacos; macarons; bread; grapes and cheese; a donut; noodles
vehicle: car; truck; train; motorcycle; bus; sailboat; helicopter; spaceship; tank; tractor; airplane; van; scooter; tram; hot air balloon; sports car; bicycle; fire truck
vehicle_a: a vintage car; a steam train; a spaceship; a hot air balloon; a school bus; a sailing ship; a motorcycle; a hovercraft; a tank; a submarine
building: a church; a red barn; a skyscraper; a lighthouse; a wooden hut; a brick house; a windmill; a castle; a stone bridge; a clock tower; a shop; a museum
a_room: a cozy bedroom; a living room; a gamer's room; a coffee shop; a modern kitchen; a library; a wizard's study; an office; a bathroom; a greenhouse; a japanese tea room; an attic studio; a ramen shop; a laboratory
a_room_bare: classroom; bedroom; hallway; theatre; swimming pool; office; parking lot; ballroom; diner
room_n: kitchen; bathroom; living room; bedroom; dining room; classroom; hotel room; garage
table: table; desk; wooden board; counter; picnic blanket; tray
clothes: a red raincoat; a tuxedo; a space suit; a straw hat; a knitted sweater; ornate armor; a kimono; a leather jacket; a top hat; sunglasses; a flowing dress; a yellow scarf; a hoodie; victorian clothes; techwear; a gas mask; a crown; a chef's hat; denim overalls; a wedding dress; striped pyjamas
face: symmetrical face; freckles; glowing eyes; sad expression; piercing green eyes; scar across the cheek; serene expression; detailed face; beautiful eyes; wrinkled skin; smirk; closed eyes; looking at the camera; tears; smoky makeup; wide smile
a_detail: a tiny door; fireflies; an old wooden bridge; falling leaves; hanging lanterns; a river; broken statues; glowing mushrooms; snowy peaks; neon signs; floating candles; a lone tree; cherry blossoms; gold ornaments; a full moon; horns; butterfly wings; a long white beard; tattoos; roses; smoke; a red balloon; big windows; plants everywhere; a swirling galaxy; rusted machines; a winding path
material: glass; wood; stone; origami paper; liquid metal; clouds; chocolate; flowers; crystal; fire; yarn; marble; ice; circuits; balloons; moss; candy; smoke; gold; vegetables
season: winter; autumn; spring; summer; misty; snowy; rainy; stormy
time_day: dawn; sunset; night; midnight; noon; dusk; blue hour; sunrise
disaster: the apocalypse; a flood; a heavy snowfall; a zombie outbreak; nature took over; a nuclear war; a sandstorm
abstract: swirling paint; fractal patterns; geometric shapes; liquid marble; melting clocks; a mandala; cosmic dust; flowing ribbons of light; broken glass; tangled threads; sacred geometry; ink in water; a maze of stairs; glitch art; overlapping circles; chaotic brush strokes; a kaleidoscope of flowers; static noise; organic shapes
abstract_n: loneliness; time; hope; death; chaos; melancholy; joy; infinity; silence; the universe; dreams; memory; anxiety; wisdom; fear; freedom; greed; eternity; the sea; winter
bug_or_plant: a bee on a flower; a dragonfly wing; a jumping spider; a dandelion; a snail shell; a water drop on a leaf; moss; a beetle; frost on grass; a butterfly
game_kind: retro; ps1; open world; point and click; n64; platformer; horror; pixel art
film_kind: horror; 1950s sci-fi; western; romance; kung fu; disaster; noir; spy
poster_kind: travel; soviet; film; circus; wpa; minimalist; concert
event: a jazz festival; a school play; a farmers market; a charity run; a halloween party; a film night; a book fair; a rock concert; a chess tournament
use: my blog; a birthday card; a children's book; my bedroom wall; a school poster; our newsletter; my desktop background; a christmas card; the cover of my novel; a slide deck; a menu; an invitation; my website header; a puzzle
use_album: a lo-fi album; a metal band's debut; a podcast about forests; a jazz single; a synthwave record; a folk EP
use_web: a travel site; a yoga studio's homepage; a pet shop; my youtube channel; a bakery's website; a game launch page
logo_kind: logo; icon; app icon; badge; emblem; mascot logo; wordmark
logo_style: minimal, flat, vector; vintage and hand drawn; modern with clean lines; geometric, two colours; playful and rounded; elegant gold on black; simple white background; retro badge
business: coffee shop; bakery; surf school; law firm; dog groomer; craft brewery; yoga studio; bike repair shop; flower shop; space startup; bookstore; barber; climbing gym; tea company; band; gaming clan; pizza place
using_tech: typing on a laptop; holding a smartphone; giving a presentation; on a video call; wearing a VR headset; reading charts; repairing a circuit board
a_product: a perfume bottle; a pair of sneakers; a wristwatch; a candle; a skincare jar; a coffee bag; headphones; a leather bag; a whisky bottle; a ceramic mug; a lipstick
pencil: pencil sketch; ink drawing; charcoal sketch; ballpoint pen drawing; black and white line drawing; rough pencil drawing; blueprint drawing
render_style: blender; unreal engine; claymation style; 3d cartoon style; voxel style; octane; photorealistic detail; cel shading
pet: dog; cat; hamster; parrot; golden retriever; rabbit; goldfish
sign: OPEN; Welcome home; No parking; Hello world; Fresh bread; The end; Keep out; Happy birthday
act2: having a picnic; jumping on a trampoline; practising archery; playing hopscotch; giving a speech into a microphone; chopping carrots; strumming a guitar; studying for an exam; doing push-ups; diving into a pool; standing on a balance beam; video chatting with a friend; serving soup at a shelter; riding a roller coaster; building a bookshelf; planting a tree; walking a tightrope; helping an old neighbour; unpacking boxes; throwing a frisbee; running on a treadmill; performing a magic trick; climbing stairs; putting on makeup; sipping cocoa; playing the drums; making a bed; jogging along the river; painting their nails; solving a jigsaw puzzle; ironing shirts; wading through a stream; getting a haircut; pruning a hedge; rocking a baby; mowing the lawn; waving goodbye; reading a map; carving a pumpkin; walking through a museum
act_tail: enjoying the sunshine; laughing with delight; lost in thought; cheering each other on; focused on every move; with a smile on their face; taking in the view; sweat running down their forehead; surrounded by friends; listening to music; trying not to fall; wrapped in a blanket; admiring the colours; waiting for the bell; covered in flour
act_and: enjoying the breeze; watching the waves; having fun; taking notes; trying to keep balance; making a splash; talking to a friend; humming a tune; feeling the rhythm; resting in the shade; smiling at the camera
act_past: chased after a ball; tried on a hat; carried a ladder; lit a lantern; stirred the pot; jumped over a puddle; swept the porch; knelt to tie a shoe; opened a letter; raised a glass
where2: in the park; on the sidewalk; in the kitchen; at the gym; on a stage; in the backyard; at the beach; in a gallery; along a forest trail; on the balcony; in the classroom; at a festival; by the pool; in a workshop; at the range; on a mountain ridge
teach: ride a bike; swim; bake bread; tie shoelaces; play the piano; fish; read
animal_act: chewing on a squeaky toy; chasing its tail; jumping through a hoop; napping on a couch; splashing in a puddle; sniffing flowers; catching a ball; looking out of a car window; playing with yarn; digging a hole; carrying a stick; peeking from a box; stretching on a rug
animal_past: leapt over the fence; drank from the pond; slept on the warm stones; ran across the wet grass; climbed the old tree; shook off the rain
human_role: volunteer; ballerina; pianist; gymnast; swimmer; toddler; skateboarder; bride; barber; carpenter; waiter; scientist; conductor; mechanic; lifeguard; potter; magician; referee; pilot; snowboarder; beekeeper; fashion model; street vendor
role_act: serving a meal; leaping across the stage; bowing to the crowd; swinging on the bars; diving in; stacking blocks; grinding a rail; throwing a bouquet; trimming a beard; sanding a plank; carrying plates; looking through a microscope; raising a baton; fixing an engine; posing for photographers; shaping clay; doing a flip; holding a smoking hive frame
water: mountain stream; river; lake; fountain; sea; waterfall
water_v: tumbled over the rocks; glittered in the sun; lapped at the shore; splashed into the pool; carved the canyon
act_tail_thing: making a soft sound; leaving foam behind; reflecting the sky; under drifting mist
sat_together: rested together; walked side by side; shared a meal; played
celeb2: keanu reeves; beyonce; elon musk; taylor swift; gordon ramsay; morgan freeman; a famous rapper; the british prime minister; danny devito; bob ross; david bowie; elvis presley; audrey hepburn; bruce willis; arnold schwarzenegger; the american president; emma stone; michael jordan; lady gaga; nicolas cage; freddie mercury; the queen of england; willem dafoe; gandhi; muhammad ali; jackie chan; a supermodel; john lennon; snoop dogg; cristiano ronaldo
film_world: star wars; toy story; the matrix; a wes anderson film; lord of the rings; doctor who; blade runner; a studio ghibli film; the simpsons; a 1950s sitcom; minecraft; game of thrones; harry potter; a spaghetti western; dune
flag_n: a torn flag on a pole; a pirate flag; the flag of brazil in the wind; an ancient coin; the number 7; a crown; the letter a made of vines
big_event: the end of the world; the fall of rome; the birth of a star; the moon exploding; the last supper; a car crash in slow motion; the big bang; the sinking of a ship; the gates of heaven; the collapse of civilization; an alien invasion; the four horsemen; the tower of babel; the first day of spring; world war in space; the coronation of a frog king
odd_object: a teapot shaped like a snail; a house on chicken legs; a piano with teeth; a clock full of sand; a toaster with legs; an umbrella made of rain; a bicycle with square wheels; a phone from 1700; a chair for giants; a bottle with a storm inside; a car that is also a shoe; a door in the sky; a cloud in a cage
simple_adj: a very simple; an ugly; an old 80s; a scary; a beautiful surreal; a strange; the best
human2: poet; therapist; shopper; kayaker; hiker; farmer; parent; couple; teacher; coworker; commuter; grandfather; jogger; diver; librarian; surgeon; painter; violinist; shepherd; tailor; plumber; climber; reporter; judge; roofer; fencer; neighbour; babysitter; detective; person; man; woman; child
human2_a: a patient; a friend; their students; a doctor; a customer; their dog; a colleague; a stranger; their grandson; a police officer
humans2: coworkers; campers; neighbours; volunteers; cyclists; singers; students; grandparents; engineers; teenagers; nurses
act3: milking a goat; paddling through rapids; scribbling in a journal; examining a price tag; holding a bunch of tulips and walking to the altar; using sign language; swimming laps; grilling sausages for the family; looking at a road map; tossing dough in the air; drawing on a whiteboard; leading a horse by the reins; toasting with glasses of wine; lighting birthday candles; shaking their head; brainstorming with sticky notes; comforting a crying friend; meditating under a tree; packing a suitcase; hammering a nail; stitching a wound; tasting soup; folding laundry; crossing the street; polishing boots; trekking up a steep trail; pushing a shopping cart; listening to headphones; putting up a tent; raking leaves; lacing up skates; repairing a bicycle; blowing bubbles; pulling a sled; voting at a booth; writing on a blackboard; recording a song; riding an escalator; cutting a ribbon; warming up before a race; decorating a tree; hugging at the airport; painting a wall; weighing fruit; arguing over a map; tuning a guitar; playing a board game; walking hand in hand
past3: tied a knot; wrote down a thought; sprinted to the finish; checked every shelf; hung the last picture; dropped the tray; rowed across the bay; sang into the microphone; planted seeds in a row; measured the window; sharpened a pencil; balanced on one leg; dribbled past two players; typed on an old typewriter
tail3: hoping for a good result; trying to beat a record; preparing for the big day; before making a choice; working up an appetite; careful not to make a sound; proud of the work
sits_by: sits nearby; looks on; sleeps; waits
talk_about: maths; feelings; a broken bike; the weather; a painting; travel plans
herd_past: grazed; rested; gathered; drank; were running
herd_where: pasture; valley; barn; field; shade; stable
building_n: tower; building; church; lighthouse; chimney
dish_n: bowl; serving dish; plate; platter; tray; cup; saucer; button; zipper; mirror
tool_n: clip; hanger; belt; clipboard; hook; drawer; frame; brush
speak_act: singing; giving a talk; holding a microphone and rapping; reading a poem; presenting a chart; practising a foreign language; juggling torches
audience_n: an audience; a crowd; a class; a mirror; a camera; a jury
couple_act: cuddled up on a sofa with popcorn; having dinner by candlelight; planning a trip on a map; dancing in the living room; painting a nursery; watching a sunset; roasting chestnuts; sharing an umbrella; cooking together; grilling corn in the garden; feeding swans; moving into a flat
think_act: thinking about a new book; planning a lesson; looking for inspiration; sketching an idea; reading a contract; solving an equation on a board; waiting for an idea; choosing a colour
big_thing: the universe; a city; the internet; a forest; the ocean; the human heart
big_thing2: a brain; a machine; a cathedral; a clockwork; a giant flower; a circuit board
ru_img: кота в космосе; замок на закате в стиле аниме; портрет девушки акварелью; дракона над горами; логотип для кофейни; зимний лес ночью; собаку в шляпе; рыжую лису в лесу, реалистично
zh_img:在雪地里的狐狸; 夕阳下的海边城堡，水彩风格; 穿宇航服的猫; 未来城市的夜景，赛博朋克风格; 戴帽子的小狗; 中国山水画，云雾缭绕
es_img: un gato astronauta; un castillo en las nubes al atardecer; un logotipo para mi panadería; un dragón rojo sobre el mar; a mi perro con sombrero, estilo acuarela; una ciudad futurista de noche
fr_img: un mouton dans un champ; un chat qui joue du piano; un château sous la neige, style aquarelle; un robot dans un jardin; une affiche de film rétro; un renard endormi
de_img: einem Fuchs im Schnee; einem Schloss bei Sonnenuntergang; einer Katze mit Hut; einem Roboter, der Blumen gießt; einem Leuchtturm im Sturm, Ölgemälde
""")
